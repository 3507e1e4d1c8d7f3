#pragma once

#include "access/ip_address.h"

#include <optional>

#include <Poco/Net/SocketAddress.h>

namespace refserver::net {

/// The address as access rules see it: an IPv4-mapped IPv6 address is the IPv4 address, a scope is cut off. Poco's own
/// comparison knows neither.
access::IpAddress ip_address(const sockaddr&);
access::IpAddress ip_address(const Poco::Net::SocketAddress&);

/// `192.0.2.1:25`, `[2001:db8::1]:25`; an IPv4-mapped address is written as IPv4.
std::string to_string(const access::IpAddress&, std::uint16_t port);

}  // namespace refserver::net
