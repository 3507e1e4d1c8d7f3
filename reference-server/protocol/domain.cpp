#include "protocol/domain.h"

#include <cstddef>

namespace refserver::protocol::grammar {
namespace {

bool is_hex(char c) noexcept {
    return is_digit(c) || (to_upper(c) >= 'A' && to_upper(c) <= 'F');
}

bool is_label_character(char c) noexcept {
    return is_let_dig(c) || c == '-' || is_non_ascii(c);
}

/// Snum: 1 to 3 digits, 0 to 255. Leading zeros are refused: some software reads them as octal, so that the address
/// would mean two different hosts.
bool snum(Scanner& in) noexcept {
    const auto digits = in.take_while(is_digit);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0')) return false;
    int value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    return value <= 255;
}

/// General-address-literal: Standardized-tag ":" 1*dcontent.
bool general_address_literal(Scanner& in) noexcept {
    const auto tag = in.take_while([](char c) { return is_let_dig(c) || c == '-'; });
    if (tag.empty() || tag.back() == '-' || equals_ignoring_case(tag, "IPv6") || !in.take(':')) return false;
    return !in.take_while([](char c) { return (c >= 33 && c <= 90) || (c >= 94 && c <= 126); }).empty();
}

}  // namespace

std::optional<std::string_view> domain(Scanner& in) noexcept {
    Scanner ahead = in;
    std::size_t length = 0;
    for (;;) {
        const auto label = ahead.take_while(is_label_character);
        if (label.empty() || label.front() == '-' || label.back() == '-') return std::nullopt;
        length += label.size();
        if (ahead.peek() != '.') break;
        ahead.take('.');
        ++length;
    }
    return in.take(length);
}

bool ipv4_address_literal(Scanner& in) noexcept {
    Scanner ahead = in;
    for (int part = 0; part < 4; ++part) {
        if ((part > 0 && !ahead.take('.')) || !snum(ahead)) return false;
    }
    in = ahead;
    return true;
}

bool ipv6_addr(Scanner& in) noexcept {
    Scanner ahead = in;
    int groups = 0;
    bool compressed = ahead.take("::");
    bool separated = true;
    while (separated) {
        Scanner v4 = ahead;
        if (groups <= 6 && (groups > 0 || compressed) && ipv4_address_literal(v4)) {
            ahead = v4;
            groups += 2;
            break;
        }
        const auto group = ahead.take_while(is_hex);
        if (group.empty()) {
            if (groups == 0 && compressed) break;
            return false;
        }
        if (group.size() > 4 || ++groups > 8) return false;
        separated = false;
        if (!compressed && ahead.take("::")) {
            compressed = true;
            separated = is_hex(ahead.peek());
        } else if (ahead.take(':')) {
            separated = true;
        }
    }
    if (compressed ? groups > 6 : groups != 8) return false;
    in = ahead;
    return true;
}

std::optional<std::string_view> address_literal(Scanner& in) noexcept {
    Scanner ahead = in;
    if (!ahead.take('[')) return std::nullopt;
    if (ahead.take("IPv6:") ? !ipv6_addr(ahead) : !ipv4_address_literal(ahead) && !general_address_literal(ahead)) {
        return std::nullopt;
    }
    if (!ahead.take(']')) return std::nullopt;
    return in.take(in.rest().size() - ahead.rest().size());
}

}  // namespace refserver::protocol::grammar
