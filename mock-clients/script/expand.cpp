#include "script/expand.h"

#include "script/digest.h"
#include "script/template_syntax.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace smtpspec::script {

namespace {

constexpr std::size_t largest_result = std::size_t{64} * 1024 * 1024;

using Value = std::variant<std::int64_t, std::string>;

std::string text_of(const Value& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? std::to_string(*number) : std::get<std::string>(value);
}

void require_room(std::size_t size, std::size_t offset) {
    if (size > largest_result) throw TemplateMistake{offset, "the text would be longer than 64 MiB"};
}

/// Letters of ASCII only: what mail protocols mean by case.
std::string with_case(std::string text, char first, char last) {
    for (char& c : text) {
        if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
    }
    return text;
}

class Evaluator {
public:
    Evaluator(const Lookup& lookup, bool quote) : lookup_(lookup), quote_(quote) {}

    std::string text(const std::vector<TemplatePiece>& pieces) const { return join(pieces, false); }
    std::string pattern(const std::vector<TemplatePiece>& pieces) const { return join(pieces, quote_); }

private:
    std::string join(const std::vector<TemplatePiece>& pieces, bool quote) const {
        std::string result;
        for (const TemplatePiece& piece : pieces) {
            if (const auto* octets = std::get_if<std::string>(&piece.what)) {
                result += *octets;
            } else {
                const auto* use = std::get_if<NameUse>(&piece.what);
                std::string value =
                    use ? named(use->name, piece.offset) : text_of(value_of(std::get<Expression>(piece.what)));
                result += quote ? escaped(value, piece.offset) : value;
            }
            require_room(result.size(), piece.offset);
        }
        return result;
    }

    std::string named(const std::string& name, std::size_t offset) const {
        if (auto value = lookup_(name)) return *std::move(value);
        throw TemplateMistake{offset, "`$" + name + "` has no value here"};
    }

    static std::string escaped(const std::string& value, std::size_t offset) {
        std::string result;
        for (char c : value) {
            if (c == '\0') throw TemplateMistake{offset, "a regular expression cannot hold NUL"};
            if (std::string_view("\\^.[]$()|*+?{}").find(c) != std::string_view::npos) result += '\\';
            result += c;
        }
        return result;
    }

    Value value_of(const Expression& e) const {
        using Kind = Expression::Kind;
        switch (e.kind) {
            case Kind::number:
                return e.number;
            case Kind::text:
                return text(e.text);
            case Kind::name:
                return number_or_text(named(e.name, e.offset));
            case Kind::call:
                return called(e);
            default:
                return computed(e, value_of(e.operands[0]), value_of(e.operands[1]));
        }
    }

    Value called(const Expression& e) const {
        std::vector<std::string> given;
        for (const Expression& operand : e.operands) given.push_back(text_of(value_of(operand)));
        switch (e.function) {
            case Function::base64:
                require_room(given[0].size() / 3 * 4, e.offset);
                return base64(given[0]);
            case Function::unbase64:
                if (auto octets = unbase64(given[0])) return *std::move(octets);
                throw TemplateMistake{e.offset, "`unbase64` of a text that is no base64"};
            case Function::length:
                return static_cast<std::int64_t>(given[0].size());
            case Function::upper:
                return with_case(given[0], 'a', 'z');
            case Function::lower:
                return with_case(given[0], 'A', 'Z');
            case Function::hmac_md5:
                return hmac_md5(given[0], given[1]);
            default:
                break;
        }
        const auto scrammed = scram(given[0], given[1], given[2]);
        if (!scrammed) throw TemplateMistake{e.offset, "no server-first-message of SCRAM (RFC 5802 §7)"};
        return e.function == Function::scram_client ? scrammed->client_final : scrammed->server_final;
    }

    static Value number_or_text(std::string text) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool whole = error == std::errc{} && end == text.data() + text.size();
        // "007" stays text: a name must stand for what it holds.
        if (whole && std::to_string(number) == text) return number;
        return text;
    }

    static Value computed(const Expression& e, Value left, Value right) {
        auto* a = std::get_if<std::int64_t>(&left);
        auto* b = std::get_if<std::int64_t>(&right);
        if (a && b) return calculated(e, *a, *b);
        if (e.kind == Expression::Kind::multiply && (a || b)) {
            return a ? repeated(e, std::get<std::string>(right), *a) : repeated(e, std::get<std::string>(left), *b);
        }
        if (e.kind == Expression::Kind::add && !a && !b) {
            std::string sum = std::get<std::string>(std::move(left)) + std::get<std::string>(right);
            require_room(sum.size(), e.offset);
            return sum;
        }
        throw TemplateMistake{e.offset, "this operator does not go with text; there are text + text and text * number"};
    }

    static Value repeated(const Expression& e, const std::string& text, std::int64_t times) {
        if (times < 0) throw TemplateMistake{e.offset, "a text cannot be repeated less than 0 times"};
        const auto count = static_cast<std::uint64_t>(times);
        if (!text.empty() && count > largest_result / text.size()) require_room(largest_result + 1, e.offset);
        const std::size_t size = text.size() * count;
        std::string result;
        if (size == 0) return result;
        result.reserve(size);
        result = text;
        while (result.size() * 2 <= size) result += std::string(result);
        result.append(std::string(result, 0, size - result.size()));
        return result;
    }

    static std::int64_t calculated(const Expression& e, std::int64_t a, std::int64_t b) {
        std::int64_t result = 0;
        bool overflow = false;
        switch (e.kind) {
            case Expression::Kind::add:
                overflow = __builtin_add_overflow(a, b, &result);
                break;
            case Expression::Kind::subtract:
                overflow = __builtin_sub_overflow(a, b, &result);
                break;
            case Expression::Kind::multiply:
                overflow = __builtin_mul_overflow(a, b, &result);
                break;
            default:
                if (b == 0) throw TemplateMistake{e.offset, "division by zero"};
                overflow = b == -1 && a == INT64_MIN;
                if (!overflow) result = a / b;
        }
        if (overflow) throw TemplateMistake{e.offset, "the number is too big"};
        return result;
    }

    const Lookup& lookup_;
    bool quote_;
};

std::string expand_as(const Template& source, const Lookup& lookup, TemplateKind kind) {
    try {
        const std::vector<TemplatePiece> pieces = parse_template(source.raw, kind);
        const Evaluator evaluator(lookup, kind == TemplateKind::pattern);
        return kind == TemplateKind::pattern ? evaluator.pattern(pieces) : evaluator.text(pieces);
    } catch (const TemplateMistake& mistake) {
        Position at = source.at;
        at.column += static_cast<int>(mistake.offset);
        throw ExpansionError(std::move(at), mistake.message);
    }
}

}  // namespace

std::string expand(const Template& source, const Lookup& lookup) {
    return expand_as(source, lookup, TemplateKind::text);
}

std::string expand_pattern(const Template& source, const Lookup& lookup) {
    return expand_as(source, lookup, TemplateKind::pattern);
}

}  // namespace smtpspec::script
