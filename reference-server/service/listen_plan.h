#pragma once

#include "access/access.h"
#include "settings/settings.h"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace refserver::service {

using ListenAddress = std::optional<access::IpAddress>;  ///< nothing: all addresses

/// One socket to listen on.
struct PlannedSocket {
    ListenAddress address;
    std::uint16_t port = 0;   ///< 0: a free one
    access::PortRoles roles;  ///< of a connection to any address but `special_address`
    ListenAddress special_address;
    access::PortRoles special_roles;
    bool implicit_tls = false;
    std::string port_setting;  ///< the settings that ask for it, for messages
    std::string address_setting;
    std::string address_text;  ///< as the settings have it

    access::PortRoles roles_at(const access::IpAddress& server) const {
        return special_address == server ? special_roles : roles;
    }
    bool serves_incoming() const { return roles.incoming || special_roles.incoming; }
    bool serves_outgoing() const { return roles.outgoing || special_roles.outgoing; }
};

/// Turns an address or host name of the settings into an address; throws net::ListenError.
using Resolve = std::function<ListenAddress(const std::string&)>;

/// Which sockets the settings ask for, with the roles of each (D1, D6, D8, X4). Port 0 for both services means two free
/// ports. Throws StartUpError when an address does not resolve.
std::vector<PlannedSocket> plan_sockets(const settings::Settings&, const Resolve&);

/// X1: one line that names the setting, its value and the cause.
class StartUpError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    StartUpError(const std::string& setting, const std::string& value, const std::string& cause)
        : std::runtime_error(setting + " = " + value + ": " + cause) {}
};

}  // namespace refserver::service
