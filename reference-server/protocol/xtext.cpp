#include "protocol/xtext.h"

#include "protocol/scanner.h"

#include <algorithm>

namespace refserver::protocol {
namespace {

std::optional<unsigned> hex_digit(char c) noexcept {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

}  // namespace

std::optional<std::string> xtext_decode(std::string_view text) {
    std::string decoded;
    Scanner in(text);
    while (!in.at_end()) {
        if (in.take('+')) {
            const auto digits = in.take(std::size_t{2});
            if (digits.size() < 2) return std::nullopt;
            const auto high = hex_digit(digits[0]);
            const auto low = hex_digit(digits[1]);
            if (!high || !low) return std::nullopt;
            decoded += static_cast<char>(*high << 4U | *low);
        } else {
            const char c = in.take(std::size_t{1}).front();
            if (!is_non_ascii(c) && (c <= ' ' || c > '~' || c == '=')) return std::nullopt;
            decoded += c;
        }
    }
    return decoded;
}

bool is_printable(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace refserver::protocol
