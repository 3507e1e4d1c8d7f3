#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include <openssl/evp.h>

namespace refserver::outgoing_mail {

namespace {

bool is_xchar(unsigned char c) {
    return c > ' ' && c < 0x7f && c != '+' && c != '=';
}

// Takes one UTF-8 character off the front; an octet that begins none stands for itself.
char32_t take_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    if (length == 1 || text.size() < length) {
        text.remove_prefix(1);
        return first;
    }
    char32_t c = first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
    text.remove_prefix(length);
    return c;
}

}  // namespace

std::string base64(std::string_view octets) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < octets.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < octets.size() ? static_cast<unsigned char>(octets[i + k]) : 0u);
        const auto significant = std::min<std::size_t>(octets.size() - i, 3) + 1;
        for (std::size_t k = 0; k < 4; ++k) out += k < significant ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const auto digits = text.substr(0, text.size() - padding);
    const bool right = std::ranges::all_of(
        digits, [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '+' || c == '/'); });
    if (!right) return std::nullopt;
    std::string octets(text.size() / 4 * 3, '\0');
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                    reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    octets.resize(octets.size() - padding);
    return octets;
}

std::string xtext(std::string_view value) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (is_xchar(octet)) {
            out += c;
        } else {
            out += {'+', digits[octet >> 4], digits[octet & 15]};
        }
    }
    return out;
}

std::string original_recipient_xtext(std::string_view original_recipient, bool native) {
    const auto semicolon = original_recipient.find(';');
    if (semicolon == std::string_view::npos) return "rfc822;" + xtext(original_recipient);
    const auto type = original_recipient.substr(0, semicolon);
    auto address = original_recipient.substr(semicolon + 1);
    if (lower(type) != "utf-8") return xtext(type) + ';' + xtext(address);
    std::string out = std::string{type} + ';';
    while (!address.empty()) {
        const auto before = address;
        const char32_t c = take_character(address);
        if (c < 0x80 && is_xchar(static_cast<unsigned char>(c)) && c != '\\') {
            out += static_cast<char>(c);
        } else if (native && c >= 0x80) {
            out += before.substr(0, before.size() - address.size());
        } else {
            char escaped[16];
            std::snprintf(escaped, sizeof escaped, "\\x{%02X}", static_cast<unsigned>(c));
            out += escaped;
        }
    }
    return out;
}

bool is_notify(std::string_view value) {
    if (value == "NEVER") return true;
    while (true) {
        const auto comma = value.find(',');
        const auto word = value.substr(0, comma);
        if (word != "SUCCESS" && word != "FAILURE" && word != "DELAY") return false;
        if (comma == std::string_view::npos) return true;
        value.remove_prefix(comma + 1);
    }
}

bool notify_contains(std::string_view notify, std::string_view keyword) {
    while (true) {
        const auto comma = notify.find(',');
        if (notify.substr(0, comma) == keyword) return true;
        if (comma == std::string_view::npos) return false;
        notify.remove_prefix(comma + 1);
    }
}

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

std::string domain_of(std::string_view address) {
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string{} : lower(address.substr(at + 1));
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

}  // namespace refserver::outgoing_mail
