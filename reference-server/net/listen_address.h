#pragma once

#include "access/ip_address.h"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include <Poco/Net/ServerSocket.h>

namespace refserver::net {

/// Why a service cannot listen; the text is the cause alone: "address already in use".
class ListenError : public std::runtime_error {
public:
    enum class About { address, port };  ///< which of the two is to blame

    ListenError(About what, const std::string& cause) : std::runtime_error(cause), about(what) {}
    About about;
};

/// What "listen only on IP" says (D3, D4): an address, or a host name whose first address is taken. Empty: all
/// addresses, given as nothing. Blocks on name resolution. Throws ListenError.
std::optional<access::IpAddress> resolve_listen_address(const std::string& address_or_name);

/// A listening socket, non-blocking, closed on exec. Without an address: one IPv6 socket that takes IPv4, too, or an
/// IPv4 socket where there is no IPv6. Port 0: a free one. Throws ListenError.
Poco::Net::ServerSocket open_listener(const std::optional<access::IpAddress>&, std::uint16_t port);

}  // namespace refserver::net
