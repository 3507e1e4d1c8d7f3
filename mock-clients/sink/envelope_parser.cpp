#include "sink/envelope_parser.h"

#include <algorithm>

namespace smtpspec::sink {

namespace {

bool alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool eight_bit(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

/// The offset of the `>` that ends a path begun by `<`; a quoted local part may hold others.
std::size_t end_of_path(std::string_view text) {
    bool in_quotes = false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (in_quotes && text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            in_quotes = !in_quotes;
        } else if (!in_quotes && text[i] == '>') {
            return i;
        }
    }
    return std::string_view::npos;
}

/// RFC 5321 §4.1.2: esmtp-param.
bool add_parameter(std::string_view text, std::map<std::string, std::string>& parameters) {
    const std::size_t equals = text.find('=');
    std::string keyword(text.substr(0, equals));
    if (keyword.empty() || !alphanumeric(keyword[0])) return false;
    for (char& c : keyword) {
        if (!alphanumeric(c) && c != '-') return false;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
    if (equals != std::string_view::npos && value.empty()) return false;
    const bool printable = std::all_of(value.begin(), value.end(),
                                       [](char c) { return eight_bit(c) || (c > 0x20 && c < 0x7f && c != '='); });
    return printable && parameters.emplace(std::move(keyword), value).second;
}

bool is_atext(char c, bool utf8) {
    return alphanumeric(c) || (utf8 && eight_bit(c)) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_string(std::string_view text, bool utf8) {
    if (text.empty() || text.front() == '.' || text.back() == '.') return false;
    char before = '\0';
    for (char c : text) {
        if (c == '.' ? before == '.' : !is_atext(c, utf8)) return false;
        before = c;
    }
    return true;
}

bool is_quoted_string(std::string_view text, bool utf8) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    bool escaped = false;
    for (char c : text) {
        const bool fine = (c >= 0x20 && c < 0x7f) || (utf8 && eight_bit(c));
        if (!fine || (c == '"' && !escaped)) return false;
        escaped = c == '\\' && !escaped;
    }
    return !escaped;
}

bool is_domain(std::string_view text, bool utf8) {
    if (text.starts_with('[') && text.ends_with(']') && text.size() > 2) {
        return std::all_of(text.begin() + 1, text.end() - 1,
                           [](char c) { return c > 0x20 && c < 0x7f && c != '[' && c != ']' && c != '\\'; });
    }
    if (text.empty() || text.size() > 255) return false;
    char before = '.';
    for (char c : text) {
        const bool letter_or_digit = alphanumeric(c) || (utf8 && eight_bit(c));
        if (c == '.' || c == '-' ? before == '.' || (c == '.' && before == '-') : !letter_or_digit) return false;
        before = c;
    }
    return before != '.' && before != '-';
}

}  // namespace

std::optional<PathAndParameters> parse_path_and_parameters(std::string_view text) {
    if (!text.starts_with('<')) return std::nullopt;
    const std::size_t end = end_of_path(text);
    if (end == std::string_view::npos) return std::nullopt;
    PathAndParameters result;
    result.path = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    while (!text.empty()) {
        if (text[0] != ' ') return std::nullopt;
        text.remove_prefix(1);
        const std::size_t blank = std::min(text.find(' '), text.size());
        if (!add_parameter(text.substr(0, blank), result.parameters)) return std::nullopt;
        text.remove_prefix(blank);
    }
    return result;
}

bool is_mailbox(std::string_view path, bool utf8) {
    if (path.starts_with('@')) {
        const std::size_t colon = path.find(':');
        if (colon == std::string_view::npos) return false;
        path.remove_prefix(colon + 1);
    }
    const std::size_t at = path.rfind('@');
    if (at == std::string_view::npos) return false;
    const std::string_view local = path.substr(0, at);
    return is_domain(path.substr(at + 1), utf8) && (is_dot_string(local, utf8) || is_quoted_string(local, utf8));
}

}  // namespace smtpspec::sink
