#include "settings/formats.h"

#include "access/access.h"
#include "settings/text.h"

#include <algorithm>
#include <charconv>

namespace refserver::settings {

namespace {

using Wrong = std::optional<std::string>;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Wrong wrong_text(std::string_view text) {
    const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    return control ? Wrong("contains a control character") : std::nullopt;
}

Wrong wrong_label(std::string_view label) {
    if (label.empty()) return "has an empty part between dots";
    if (label.size() > 63) return "has a part of more than 63 characters";
    if (label.front() == '-' || label.back() == '-') return in_quotes(label) + " begins or ends with a hyphen";
    for (const char c : label) {
        if (static_cast<unsigned char>(c) >= 0x80) {
            return "has a character outside ASCII (an internationalised domain is written as xn--…)";
        }
        if (!is_letter_or_digit(c) && c != '-') return "has the character '" + std::string(1, c) + "'";
    }
    return std::nullopt;
}

Wrong wrong_domain(std::string_view text) {
    if (text.size() > 255) return "is longer than 255 characters";
    if (const auto wrong = wrong_text(text)) return wrong;
    for (std::string_view rest = text;;) {
        const auto dot = rest.find('.');
        if (const auto wrong = wrong_label(rest.substr(0, dot))) return in_quotes(text) + " " + *wrong;
        if (dot == std::string_view::npos) return std::nullopt;
        rest.remove_prefix(dot + 1);
    }
}

Wrong wrong_mail_address(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return in_quotes(text) + " has no @";
    const auto local_part = text.substr(0, at);
    if (local_part.empty()) return in_quotes(text) + " has nothing before the @";
    if (local_part.size() > 64) return "has more than 64 characters before the @";
    constexpr std::string_view atext_specials = "!#$%&'*+-/=?^_`{|}~";  // RFC 5322 §3.2.3
    for (const char c : local_part) {
        const bool atext = is_letter_or_digit(c) || atext_specials.find(c) != std::string_view::npos ||
                           static_cast<unsigned char>(c) >= 0x80;
        if (!atext && c != '.') return in_quotes(text) + " has the character '" + std::string(1, c) + "' before the @";
    }
    if (local_part.front() == '.' || local_part.back() == '.' || local_part.find("..") != std::string_view::npos) {
        return in_quotes(text) + " has a dot too many before the @";
    }
    return wrong_domain(text.substr(at + 1));
}

Wrong wrong_host(std::string_view text) {
    if (access::IpAddress::parse(text)) return std::nullopt;
    // What looks like an IPv4 address and is none would be looked up as a name, or be taken for another address.
    const bool digits_and_dots = text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (digits_and_dots || text.find(':') != std::string_view::npos) return in_quotes(text) + " is not an IP address";
    return wrong_domain(text);
}

Wrong wrong_ip_range(std::string_view text) {
    std::string why;
    return access::IpRange::parse(text, &why) ? std::nullopt : Wrong(why);
}

Wrong wrong_host_and_port(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return in_quotes(text) + " has no port";
    auto name = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    const bool bracketed = name.size() > 2 && name.front() == '[' && name.back() == ']';
    if (bracketed) name = name.substr(1, name.size() - 2);
    if (!bracketed && name.find(':') != std::string_view::npos) {
        return in_quotes(text) + ": an IPv6 address with a port stands in brackets";
    }
    unsigned port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65535) {
        return in_quotes(digits) + " is not a port from 1 to 65535";
    }
    return wrong_host(name);
}

}  // namespace

const Format any_text{"a string", wrong_text};
const Format path{"the name of a file or folder", wrong_text};
const Format domain{"a domain such as \"mail.example.org\"", wrong_domain};
const Format mail_address{"an address such as \"postmaster@example.org\"", wrong_mail_address};
const Format host{"an IP address or a host name", wrong_host};
const Format ip_range{"an IP address, a range \"192.0.2.10-192.0.2.20\" or a block \"192.0.2.0/24\"; IPv4 or IPv6",
                      wrong_ip_range};
const Format host_and_port{"a host and a port such as \"192.0.2.53:53\" or \"[2001:db8::53]:53\"", wrong_host_and_port};

}  // namespace refserver::settings
