#include "protocol/address_fields.h"

#include "protocol/scanner.h"

#include <algorithm>
#include <array>

namespace refserver::protocol {
namespace {

/// A special character, or the kind of what is none: an atom (or a part of one), a quoted string, a domain literal.
struct Token {
    enum Kind : char { atom = 'a', quoted = 'q', literal = 'l' };
    char kind;
    std::string text;
};

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_atom_octet(char c) {
    return c > ' ' && c != 0x7f ? std::string_view("()<>[]:;@\\,.\"").find(c) == std::string_view::npos
                                : is_non_ascii(c);
}

/// Up to the closing character, which is taken; comments nest.
bool take_enclosed(Scanner& in, char open, char close, std::string& text) {
    int depth = 1;
    while (!in.at_end()) {
        const char c = in.peek();
        in.take(std::size_t{1});
        if (c == '\\') {
            if (in.at_end()) return false;
            text += in.take(std::size_t{1});
        } else if (c == close && --depth == 0) {
            return true;
        } else {
            if (c == open && open == '(') ++depth;
            text += c;
        }
    }
    return false;
}

std::optional<std::vector<Token>> tokens_of(std::string_view value) {
    std::vector<Token> tokens;
    Scanner in(value);
    while (!in.at_end()) {
        std::string text;
        if (is_blank(in.peek())) {
            in.take(std::size_t{1});
        } else if (in.take('(')) {
            if (!take_enclosed(in, '(', ')', text)) return std::nullopt;
        } else if (in.take('"')) {
            if (!take_enclosed(in, '"', '"', text)) return std::nullopt;
            tokens.push_back({Token::quoted, std::move(text)});
        } else if (in.take('[')) {
            if (!take_enclosed(in, '[', ']', text)) return std::nullopt;
            tokens.push_back({Token::literal, '[' + text + ']'});
        } else if (is_atom_octet(in.peek())) {
            tokens.push_back({Token::atom, std::string(in.take_while(is_atom_octet))});
        } else {
            const char special = in.peek();
            if (std::string_view("<>@,;:.").find(special) == std::string_view::npos) return std::nullopt;
            in.take(std::size_t{1});
            tokens.push_back({special, {}});
        }
    }
    return tokens;
}

class AddressList {
public:
    explicit AddressList(const std::vector<Token>& tokens) : tokens_(tokens) {}

    bool parse() { return list() && at_end(); }
    std::vector<std::string> domains;

private:
    bool at_end() const { return next_ == tokens_.size(); }
    char kind() const { return at_end() ? '\0' : tokens_[next_].kind; }
    bool take(char wanted) {
        if (kind() != wanted) return false;
        ++next_;
        return true;
    }

    bool list() {
        for (;;) {
            while (take(',')) {
            }
            if (at_end() || kind() == ';') return true;
            if (!address()) return false;
            if (!at_end() && kind() != ',' && kind() != ';') return false;
        }
    }

    bool address() {
        const auto begin = next_;
        const bool has_words = words();
        if (has_words && take(':')) return group();
        if (kind() == '<') return angle_address();
        if (has_words && kind() == '@') {
            const bool local = is_local_part(begin);
            if (!at_domain()) return false;
            if (kind() != '<') return local;
            domains.pop_back();  // it was a display name
            return angle_address();
        }
        return false;
    }

    /// The end of the field ends a group as well: many programs forget the semicolon.
    bool group() { return list() && (take(';') || at_end()); }

    /// Atoms, quoted strings and dots.
    bool words() {
        const auto begin = next_;
        while (kind() == Token::atom || kind() == Token::quoted || kind() == '.') ++next_;
        return next_ > begin;
    }

    /// Words with a dot between each two, from there to here.
    bool is_local_part(std::size_t begin) const {
        bool word = false;
        for (auto i = begin; i < next_; ++i) {
            if (word == (tokens_[i].kind != '.')) return false;
            word = !word;
        }
        return word;
    }

    bool angle_address() {
        take('<');
        if (kind() == '@' || kind() == ',') {  // a route (§4.4)
            while (kind() == '@' || kind() == ',') {
                if (take(',')) continue;
                if (!at_domain()) return false;
                domains.pop_back();
            }
            if (!take(':')) return false;
        }
        const auto begin = next_;
        return words() && is_local_part(begin) && kind() == '@' && at_domain() && take('>');
    }

    bool at_domain() {
        take('@');
        if (kind() == Token::literal) {
            domains.push_back(tokens_[next_++].text);
            return true;
        }
        std::string domain;
        do {
            if (kind() != Token::atom) return false;
            domain += (domain.empty() ? "" : ".") + tokens_[next_++].text;
        } while (take('.'));
        domains.push_back(std::move(domain));
        return true;
    }

    const std::vector<Token>& tokens_;
    std::size_t next_ = 0;
};

bool has_addresses(std::string_view name) {
    static constexpr std::array<std::string_view, 7> names{"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Resent-"};
    constexpr std::string_view resent = names.back();
    if (equals_ignoring_case(name.substr(0, resent.size()), resent)) name.remove_prefix(resent.size());
    return std::ranges::any_of(names, [&](std::string_view known) { return equals_ignoring_case(name, known); });
}

}  // namespace

std::optional<std::vector<std::string>> address_domains(std::string_view value) {
    const auto tokens = tokens_of(value);
    if (!tokens) return std::nullopt;
    AddressList list(*tokens);
    if (!list.parse()) return std::nullopt;
    return std::move(list.domains);
}

void AddressFields::feed(std::string_view content) {
    while (in_header_ && !content.empty()) {
        const auto end = content.find('\n');
        line_ += content.substr(0, end);
        if (end == std::string_view::npos) return;
        content.remove_prefix(end + 1);
        end_line();
    }
}

void AddressFields::end_line() {
    if (line_.ends_with('\r')) line_.pop_back();
    if (line_.empty() || (line_.front() != ' ' && line_.front() != '\t')) {
        end_field();
        in_header_ = !line_.empty();
        field_ = std::move(line_);
    } else {
        field_ += line_;
    }
    line_.clear();
}

void AddressFields::end_field() {
    const std::string_view field = field_;
    const auto colon = field.find(':');
    if (defect_ || colon == std::string_view::npos) return;
    const auto name = field.substr(0, field.find_last_not_of(" \t", colon - 1) + 1);
    if (!has_addresses(name)) return;
    const auto domains = address_domains(field.substr(colon + 1));
    const auto is_complete = [&](const std::string& domain) {
        return domain.find_first_of(".[") != std::string::npos || equals_ignoring_case(domain, own_domain_) ||
               equals_ignoring_case(domain, "localhost");
    };
    if (!domains) {
        defect_ = {AddressDefect::Kind::syntax, std::string(name)};
    } else if (!std::ranges::all_of(*domains, is_complete)) {
        defect_ = {AddressDefect::Kind::domain_not_qualified, std::string(name)};
    }
}

}  // namespace refserver::protocol
