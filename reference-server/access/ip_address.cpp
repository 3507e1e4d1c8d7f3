#include "access/ip_address.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>

namespace refserver::access {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const bool v6 = text.find(':') != std::string_view::npos;
    if (const auto scope = text.find('%'); v6 && scope != std::string_view::npos) {
        if (scope + 1 == text.size()) return std::nullopt;
        text = text.substr(0, scope);
    }
    // inet_pton takes a C string, and would not see what follows a NUL.
    if (text.size() > INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    if (v6) {
        std::array<std::uint8_t, 16> octets{};
        if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) != 1) return std::nullopt;
        return from_v6(octets);
    }
    std::array<std::uint8_t, 4> octets{};
    if (inet_pton(AF_INET, terminated.c_str(), octets.data()) != 1) return std::nullopt;
    return from_v4(octets);
}

IpAddress IpAddress::from_v4(std::array<std::uint8_t, 4> octets) {
    IpAddress address;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.octets_.begin());
    std::copy(octets.begin(), octets.end(), address.octets_.begin() + mapped_prefix.size());
    return address;
}

IpAddress IpAddress::from_v6(std::array<std::uint8_t, 16> octets) {
    IpAddress address;
    address.octets_ = octets;
    return address;
}

bool IpAddress::is_v4() const {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), octets_.begin());
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return octets_[12] == 127;
    return std::all_of(octets_.begin(), octets_.end() - 1, [](auto octet) { return octet == 0; }) && octets_[15] == 1;
}

std::string IpAddress::to_string() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4()) {
        inet_ntop(AF_INET, octets_.data() + mapped_prefix.size(), text.data(), text.size());
    } else {
        inet_ntop(AF_INET6, octets_.data(), text.data(), text.size());
    }
    return text.data();
}

}  // namespace refserver::access
