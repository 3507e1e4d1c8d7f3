#include "protocol/xtext.h"

#include "protocol/scanner.h"

#include <algorithm>
#include <cstdint>

namespace refserver::protocol {
namespace {

std::optional<unsigned> hex_digit(char c) noexcept {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

void append_utf8(std::string& out, std::uint32_t c) {
    const auto octet = [&](std::uint32_t value) { out += static_cast<char>(value); };
    const auto following = [&](unsigned shift) { octet(0x80U | (c >> shift & 0x3fU)); };
    if (c < 0x80) return octet(c);
    if (c < 0x800) {
        octet(0xc0U | c >> 6U);
    } else if (c < 0x10000) {
        octet(0xe0U | c >> 12U);
        following(6);
    } else {
        octet(0xf0U | c >> 18U);
        following(12);
        following(6);
    }
    following(0);
}

/// EmbeddedUnicodeChar.
std::optional<std::uint32_t> embedded_character(Scanner& in) {
    if (!in.take("\\x{")) return std::nullopt;
    const auto digits = in.take_while([](char c) { return hex_digit(c).has_value(); });
    if (digits.size() < 2 || digits.size() > 6 || !in.take('}')) return std::nullopt;
    std::uint32_t character = 0;
    for (const char c : digits) character = character << 4U | *hex_digit(c);
    const bool surrogate = character >= 0xd800 && character <= 0xdfff;
    const bool control = character < ' ' || character == 0x7f;
    if (surrogate || control || character > 0x10ffff) return std::nullopt;
    return character;
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

std::string unitext_decode(std::string_view text) {
    std::string decoded;
    Scanner in(text);
    while (!in.at_end()) {
        Scanner ahead = in;
        if (const auto character = embedded_character(ahead)) {
            append_utf8(decoded, *character);
            in = ahead;
        } else {
            decoded += in.take(std::size_t{1});
        }
    }
    return decoded;
}

bool is_printable(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace refserver::protocol
