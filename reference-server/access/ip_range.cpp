#include "access/access.h"

#include <charconv>

namespace refserver::access {

namespace {

std::optional<unsigned> parse_prefix_length(std::string_view text) {
    unsigned length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const bool leading_zero = text.size() > 1 && text.front() == '0';
    if (error != std::errc{} || end != text.data() + text.size() || leading_zero) return std::nullopt;
    return length;
}

/// The address with all bits after the first `length` of its 128 set to `bit`.
IpAddress with_host_bits(const IpAddress& address, unsigned length, bool bit) {
    auto octets = address.octets();
    for (unsigned i = length; i < 128; ++i) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
        auto& octet = octets[i / 8];
        octet = static_cast<std::uint8_t>(bit ? octet | mask : octet & ~mask);
    }
    return IpAddress::from_v6(octets);
}

std::string in_quotes(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::optional<IpAddress> parse_part(std::string_view text, std::string& why) {
    // A range is many addresses, so an interface can never be part of it.
    const auto address = text.find('%') == std::string_view::npos ? IpAddress::parse(text) : std::nullopt;
    if (!address) why = in_quotes(text) + " is not an IP address";
    return address;
}

std::optional<IpRange> parse_block(std::string_view text, std::size_t slash, std::string& why) {
    const auto address = parse_part(text.substr(0, slash), why);
    if (!address) return std::nullopt;
    const auto written_as_v4 = text.find(':') == std::string_view::npos;
    const unsigned longest = written_as_v4 ? 32 : 128;
    const auto length = parse_prefix_length(text.substr(slash + 1));
    if (!length || *length > longest) {
        why = in_quotes(text.substr(slash + 1)) + " is not a prefix length from 0 to " + std::to_string(longest);
        return std::nullopt;
    }
    const unsigned bits = *length + 128 - longest;
    const IpRange range{with_host_bits(*address, bits, false), with_host_bits(*address, bits, true)};
    if (range.first != *address) {
        // Taking the block that surely was meant could open the service to more hosts than the one that was named.
        why = address->to_string() + " is not the first address of a block of /" + std::to_string(*length) +
              ", which would be " + range.first.to_string() + "/" + std::to_string(*length);
        return std::nullopt;
    }
    return range;
}

std::optional<IpRange> parse_span(std::string_view text, std::size_t dash, std::string& why) {
    const auto first = parse_part(text.substr(0, dash), why);
    if (!first) return std::nullopt;
    const auto last = parse_part(text.substr(dash + 1), why);
    if (!last) return std::nullopt;
    if (first->is_v4() != last->is_v4()) {
        why = "the range begins with an IPv" + std::string(first->is_v4() ? "4" : "6") +
              " address and ends with one of the other kind";
        return std::nullopt;
    }
    if (*last < *first) {
        why = "the range ends before it begins";
        return std::nullopt;
    }
    return IpRange{*first, *last};
}

}  // namespace

std::optional<IpRange> IpRange::parse(std::string_view text, std::string* why) {
    std::string reason;
    std::optional<IpRange> range;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        range = parse_block(text, slash, reason);
    } else if (const auto dash = text.find('-'); dash != std::string_view::npos) {
        range = parse_span(text, dash, reason);
    } else if (const auto address = parse_part(text, reason)) {
        range = IpRange{*address, *address};
    }
    if (!range && why) *why = reason;
    return range;
}

}  // namespace refserver::access
