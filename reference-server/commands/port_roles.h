#pragma once

#include "access/access.h"
#include "settings/settings.h"

#include <string>

namespace refserver::commands {

/// What the port serves that a client connects to, on the address `to` of this computer (X4). Host names in listen_ip
/// are not resolved: two are one address when they are the same name. `to` may be empty unless it matters; then
/// std::runtime_error.
access::PortRoles port_roles(const settings::Settings&, bool outgoing_port, const std::string& to);

}  // namespace refserver::commands
