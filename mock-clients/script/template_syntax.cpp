#include "script/template_syntax.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace smtpspec::script {

namespace {

constexpr int deepest_nesting = 16;

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool name_octet(char c) {
    return letter(c) || digit(c);
}

int hex_value(char c) {
    if (digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::size_t name_end(std::string_view text, std::size_t start) {
    std::size_t end = start;
    while (end < text.size() && name_octet(text[end])) ++end;
    return end;
}

/// Reads one template; an expression in it is read by the same object, so offsets agree.
class Reader {
public:
    Reader(std::string_view text, TemplateKind kind) : text_(text), kind_(kind) {}

    std::vector<TemplatePiece> pieces_until(std::size_t end) {
        std::vector<TemplatePiece> pieces;
        while (position_ < end) {
            const std::size_t offset = position_;
            const char c = text_[position_];
            if (c == '\\') {
                append(pieces, offset, escape());
            } else if (c == '$') {
                dollar(pieces, end);
            } else {
                ++position_;
                append(pieces, offset, std::string_view(&text_[offset], 1));
            }
        }
        return pieces;
    }

private:
    static void append(std::vector<TemplatePiece>& pieces, std::size_t offset, std::string_view octets) {
        if (pieces.empty() || !std::holds_alternative<std::string>(pieces.back().what)) {
            pieces.push_back({offset, std::string{}});
        }
        std::get<std::string>(pieces.back().what) += octets;
    }

    std::string escape() {
        const std::size_t start = position_;
        if (start + 1 >= text_.size()) throw TemplateMistake{start, "a `\\` at the end; write `\\\\` for a backslash"};
        const char c = text_[start + 1];
        position_ += 2;
        switch (c) {
            case 'r':
                return "\r";
            case 'n':
                return "\n";
            case 't':
                return "\t";
            case 'x': {
                const int high = position_ < text_.size() ? hex_value(text_[position_]) : -1;
                const int low = position_ + 1 < text_.size() ? hex_value(text_[position_ + 1]) : -1;
                if (high < 0 || low < 0) throw TemplateMistake{start, "`\\x` needs two hexadecimal digits"};
                position_ += 2;
                return octet(start, static_cast<char>(high * 16 + low));
            }
            default:
                break;
        }
        if (kind_ == TemplateKind::pattern && depth_ == 0) {
            return c == '/' ? "/" : std::string(text_.substr(start, 2));
        }
        if (c == '0') return std::string(1, '\0');
        if (c == '\\' || c == '"') return std::string(1, c);
        throw TemplateMistake{
            start, "unknown escape `\\" + std::string(1, c) + "`; there are `\\r \\n \\0 \\t \\\\ \\\" \\xHH`"};
    }

    std::string octet(std::size_t start, char value) const {
        if (kind_ == TemplateKind::text || depth_ > 0) return std::string(1, value);
        if (value == '\0') throw TemplateMistake{start, "a regular expression cannot hold NUL"};
        constexpr std::string_view special = "\\^.[]$()|*+?{}";
        return special.find(value) == std::string_view::npos ? std::string(1, value) : std::string{'\\', value};
    }

    void dollar(std::vector<TemplatePiece>& pieces, std::size_t end) {
        const std::size_t start = position_;
        const char next = start + 1 < end ? text_[start + 1] : '\0';
        if (letter(next)) {
            position_ = start + 1;
            pieces.push_back({start, NameUse{dotted_name()}});
        } else if (next == '{') {
            const std::size_t close = end_of_expression(text_, start);
            if (close == std::string_view::npos || close > end) throw TemplateMistake{start, "`${` without its `}`"};
            position_ = start + 2;
            Expression expression = sum(close - 1);
            skip_blanks(close - 1);
            if (position_ < close - 1) throw TemplateMistake{position_, "an operator or `}` should stand here"};
            position_ = close;
            pieces.push_back({start, std::move(expression)});
        } else if (next == '$') {
            position_ = start + 2;
            append(pieces, start, kind_ == TemplateKind::pattern && depth_ == 0 ? "\\$" : "$");
        } else if (kind_ == TemplateKind::pattern && depth_ == 0) {
            position_ = start + 1;
            append(pieces, start, "$");
        } else {
            throw TemplateMistake{start, "`$` without a name; write `$$` for a dollar sign"};
        }
    }

    /// At the name's first letter.
    std::string dotted_name() {
        const std::size_t start = position_;
        position_ = name_end(text_, start);
        std::string name(text_.substr(start, position_ - start));
        if (position_ < text_.size() && text_[position_] == '.') {
            const std::size_t end = name_end(text_, position_ + 1);
            const std::string_view attribute = text_.substr(position_ + 1, end - position_ - 1);
            constexpr std::array<std::string_view, 5> attributes{"local", "domain", "user", "password", "reply"};
            for (std::string_view known : attributes) {
                if (attribute != known) continue;
                name += '.';
                name += attribute;
                position_ = end;
                break;
            }
        }
        return name;
    }

    void skip_blanks(std::size_t end) {
        while (position_ < end && (text_[position_] == ' ' || text_[position_] == '\t')) ++position_;
    }

    std::optional<char> operator_in(std::size_t end, std::string_view operators) {
        skip_blanks(end);
        if (position_ >= end || operators.find(text_[position_]) == std::string_view::npos) return std::nullopt;
        return text_[position_++];
    }

    static Expression binary(Expression::Kind kind, std::size_t offset, Expression left, Expression right) {
        Expression result;
        result.kind = kind;
        result.offset = offset;
        result.operands.push_back(std::move(left));
        result.operands.push_back(std::move(right));
        return result;
    }

    /// Operators of one line nest to the left, so a long chain would nest as deep as it is long.
    void count_operator(std::size_t offset) {
        constexpr int most_operators = 200;
        if (++operators_ > most_operators) throw TemplateMistake{offset, "too many operators in one text"};
    }

    Expression sum(std::size_t end) {
        if (++depth_ > deepest_nesting) throw TemplateMistake{position_, "nested too deeply"};
        Expression left = product(end);
        while (const auto sign = operator_in(end, "+-")) {
            const std::size_t offset = position_ - 1;
            count_operator(offset);
            left = binary(*sign == '+' ? Expression::Kind::add : Expression::Kind::subtract, offset, std::move(left),
                          product(end));
        }
        --depth_;
        return left;
    }

    Expression product(std::size_t end) {
        Expression left = operand(end);
        while (const auto sign = operator_in(end, "*/")) {
            const std::size_t offset = position_ - 1;
            count_operator(offset);
            left = binary(*sign == '*' ? Expression::Kind::multiply : Expression::Kind::divide, offset, std::move(left),
                          operand(end));
        }
        return left;
    }

    Expression operand(std::size_t end) {
        skip_blanks(end);
        Expression result;
        result.offset = position_;
        if (position_ >= end) throw TemplateMistake{position_, "a number, a text in quotes or a name is missing"};
        const char c = text_[position_];
        if (digit(c)) {
            const char* first = text_.data() + position_;
            const auto [last, error] = std::from_chars(first, text_.data() + end, result.number);
            if (error != std::errc{}) throw TemplateMistake{position_, "the number is too big"};
            position_ += static_cast<std::size_t>(last - first);
            return result;
        }
        if (c == '"') {
            const std::size_t close = end_of_quotes(text_, position_ + 1);
            if (close == std::string_view::npos || close >= end) {
                throw TemplateMistake{position_, "the quotes are not closed"};
            }
            ++position_;
            result.kind = Expression::Kind::text;
            result.text = pieces_until(close);
            position_ = close + 1;
            return result;
        }
        if (c == '(') {
            ++position_;
            Expression inner = sum(end);
            if (!operator_in(end, ")")) throw TemplateMistake{position_, "`)` is missing"};
            return inner;
        }
        if (c == '$' && position_ + 1 < end && letter(text_[position_ + 1])) ++position_;
        if (!letter(text_[position_])) {
            throw TemplateMistake{position_, "a number, a text in quotes or a name should stand here"};
        }
        return name_or_function(std::move(result), end);
    }

    Expression name_or_function(Expression result, std::size_t end) {
        const std::size_t start = position_;
        result.name = dotted_name();
        skip_blanks(end);
        if (position_ >= end || text_[position_] != '(') {
            result.kind = Expression::Kind::name;
            return result;
        }
        struct Known {
            std::string_view name;
            Function function;
            std::size_t operands;
        };
        constexpr std::array<Known, 8> functions{{{"base64", Function::base64, 1},
                                                  {"unbase64", Function::unbase64, 1},
                                                  {"length", Function::length, 1},
                                                  {"upper", Function::upper, 1},
                                                  {"lower", Function::lower, 1},
                                                  {"hmac_md5", Function::hmac_md5, 2},
                                                  {"scram_client", Function::scram_client, 3},
                                                  {"scram_server", Function::scram_server, 3}}};
        std::string names;
        for (const Known& known : functions) {
            names += (names.empty() ? "`" : ", `") + std::string(known.name) + "`";
            if (result.name != known.name) continue;
            ++position_;
            result.kind = Expression::Kind::call;
            result.function = known.function;
            result.operands.push_back(sum(end));
            while (operator_in(end, ",")) result.operands.push_back(sum(end));
            if (!operator_in(end, ")")) throw TemplateMistake{position_, "`)` is missing"};
            if (result.operands.size() != known.operands) {
                throw TemplateMistake{start, "`" + result.name + "` takes " + std::to_string(known.operands) +
                                                 (known.operands == 1 ? " value" : " values")};
            }
            return result;
        }
        throw TemplateMistake{start, "there is no function `" + result.name + "`; there are " + names};
    }

    std::string_view text_;
    TemplateKind kind_;
    std::size_t position_ = 0;
    int depth_ = 0;  ///< of expressions around
    int operators_ = 0;
};

void collect(const std::vector<TemplatePiece>& pieces, std::vector<NameAt>& names);

void collect(const Expression& expression, std::vector<NameAt>& names) {
    if (expression.kind == Expression::Kind::name) names.push_back({expression.name, expression.offset});
    collect(expression.text, names);
    for (const Expression& operand : expression.operands) collect(operand, names);
}

void collect(const std::vector<TemplatePiece>& pieces, std::vector<NameAt>& names) {
    for (const TemplatePiece& piece : pieces) {
        if (const auto* use = std::get_if<NameUse>(&piece.what)) names.push_back({use->name, piece.offset});
        if (const auto* expression = std::get_if<Expression>(&piece.what)) collect(*expression, names);
    }
}

/// Scans from `start` for `closing`, inside of quotes or of `${…}`; a stack instead of recursion, because
/// whoever wrote the text decides how deep it goes.
std::size_t end_of_nested(std::string_view text, std::size_t start, char closing) {
    std::string open(1, closing);
    for (std::size_t i = start; i < text.size(); ++i) {
        const char c = text[i];
        const bool in_quotes = open.back() == '"';
        if (c == open.back()) {
            open.pop_back();
            if (open.empty()) return i;
        } else if (in_quotes && c == '\\') {
            ++i;
        } else if (in_quotes && c == '$' && i + 1 < text.size() && text[i + 1] == '{') {
            open += '}';
            ++i;
        } else if (in_quotes && c == '$' && i + 1 < text.size() && text[i + 1] == '$') {
            ++i;
        } else if (!in_quotes && c == '"') {
            open += '"';
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::vector<TemplatePiece> parse_template(std::string_view raw, TemplateKind kind) {
    return Reader(raw, kind).pieces_until(raw.size());
}

std::vector<NameAt> names_in(const std::vector<TemplatePiece>& pieces) {
    std::vector<NameAt> names;
    collect(pieces, names);
    return names;
}

std::size_t end_of_expression(std::string_view text, std::size_t start) {
    const std::size_t close = end_of_nested(text, start + 2, '}');
    return close == std::string_view::npos ? close : close + 1;
}

std::size_t end_of_quotes(std::string_view text, std::size_t start) {
    return end_of_nested(text, start, '"');
}

}  // namespace smtpspec::script
