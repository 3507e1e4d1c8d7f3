#include "net/socket_address.h"

#include <cstring>

#include <netinet/in.h>

namespace refserver::net {

access::IpAddress ip_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        std::array<std::uint8_t, 4> octets;
        std::memcpy(octets.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, octets.size());
        return access::IpAddress::from_v4(octets);
    }
    std::array<std::uint8_t, 16> octets;
    std::memcpy(octets.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, octets.size());
    return access::IpAddress::from_v6(octets);
}

access::IpAddress ip_address(const Poco::Net::SocketAddress& address) {
    return ip_address(*address.addr());
}

std::string to_string(const access::IpAddress& address, std::uint16_t port) {
    const std::string text = address.to_string();
    return (address.is_v4() ? text : "[" + text + "]") + ":" + std::to_string(port);
}

}  // namespace refserver::net
