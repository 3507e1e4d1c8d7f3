#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refserver::access {

/// An IPv4 or IPv6 address as a value. IPv4-mapped IPv6 addresses (`::ffff:192.0.2.1`) are the IPv4
/// address they stand for (D21); a scope such as `%lo` is not part of the value.
class IpAddress {
public:
    IpAddress() = default;  ///< `::`

    /// Takes exactly what inet_pton takes, after an optional scope is cut off: no `127.1`, no leading zeros.
    static std::optional<IpAddress> parse(std::string_view text);
    static IpAddress from_v4(std::array<std::uint8_t, 4> octets);
    static IpAddress from_v6(std::array<std::uint8_t, 16> octets);

    bool is_v4() const;
    bool is_loopback() const;
    /// 16 octets; IPv4 in mapped form.
    const std::array<std::uint8_t, 16>& octets() const { return octets_; }
    std::string to_string() const;

    auto operator<=>(const IpAddress&) const = default;

private:
    std::array<std::uint8_t, 16> octets_{};
};

}  // namespace refserver::access
