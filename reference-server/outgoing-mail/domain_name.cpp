#include "outgoing-mail/domain_name.h"

#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <cstdint>

namespace refserver::outgoing_mail {

namespace {

// RFC 3492 §5.
constexpr std::uint32_t base = 36, t_min = 1, t_max = 26, skew = 38, damp = 700, initial_bias = 72, initial_n = 128;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / damp : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > (base - t_min) * t_max / 2; k += base) delta /= base - t_min;
    return k + (base - t_min + 1) * delta / (delta + skew);
}

char digit(std::uint32_t value) {
    return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

// RFC 3492 §6.3. A label of the DNS has at most 63 octets, and so few points cannot overflow the numbers.
std::string punycode(const std::u32string& label) {
    std::string out;
    for (const char32_t c : label) {
        if (c < 0x80) out += static_cast<char>(c);
    }
    const auto basic = static_cast<std::uint32_t>(out.size());
    if (basic > 0) out += '-';
    std::uint32_t n = initial_n, delta = 0, bias = initial_bias, handled = basic;
    while (handled < label.size()) {
        std::uint32_t next = 0xffffffff;
        for (const char32_t c : label) {
            if (c >= n && c < next) next = c;
        }
        delta += (next - n) * (handled + 1);
        n = next;
        for (const char32_t c : label) {
            if (c < n) ++delta;
            if (c != n) continue;
            std::uint32_t q = delta;
            for (std::uint32_t k = base;; k += base) {
                const std::uint32_t t = std::clamp(k <= bias ? t_min : k - bias, t_min, t_max);
                if (q < t) break;
                out += digit(t + (q - t) % (base - t));
                q = (q - t) / (base - t);
            }
            out += digit(q);
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++n;
    }
    return out;
}

std::optional<std::u32string> decode_utf8(std::string_view text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = first < 0x80   ? 1
                                   : first < 0xc2 ? 0
                                   : first < 0xe0 ? 2
                                   : first < 0xf0 ? 3
                                   : first < 0xf5 ? 4
                                                  : 0;
        if (length == 0 || text.size() - i < length) return std::nullopt;
        char32_t c = length == 1 ? first : first & (0x7fu >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto octet = static_cast<unsigned char>(text[i + k]);
            if ((octet & 0xc0) != 0x80) return std::nullopt;
            c = c << 6 | (octet & 0x3fu);
        }
        out += c;
        i += length;
    }
    return out;
}

}  // namespace

std::optional<std::string> to_ascii_domain(std::string_view domain) {
    std::string out;
    while (true) {
        const auto dot = domain.find('.');
        const auto label = domain.substr(0, dot);
        if (is_ascii(label)) {
            out += label;
        } else {
            const auto points = decode_utf8(label);
            if (!points || points->size() > 63) return std::nullopt;
            out += "xn--" + punycode(*points);
        }
        if (dot == std::string_view::npos) return out;
        out += '.';
        domain.remove_prefix(dot + 1);
    }
}

}  // namespace refserver::outgoing_mail
