#include "commands/port_roles.h"

#include <stdexcept>

namespace refserver::commands {

namespace {

bool same_place(const std::string& a, const std::string& b) {
    const auto first = access::IpAddress::parse(a);
    const auto second = access::IpAddress::parse(b);
    return first && second ? *first == *second : a == b;
}

}  // namespace

access::PortRoles port_roles(const settings::Settings& settings, bool outgoing_port, const std::string& to) {
    const auto& incoming = settings.smtp.incoming;
    const auto& outgoing = settings.smtp.outgoing;
    const access::PortRoles alone{.incoming = !outgoing_port, .outgoing = outgoing_port};
    // Port 0 is a free one for each service.
    if (!outgoing.enabled || incoming.port != outgoing.port || incoming.port == 0) return alone;
    if (same_place(incoming.listen_ip, outgoing.listen_ip)) return {.incoming = true, .outgoing = true};
    if (!incoming.listen_ip.empty() && !outgoing.listen_ip.empty()) return alone;
    if (to.empty()) {
        throw std::runtime_error("--to is needed: both services have port " + std::to_string(incoming.port) +
                                 ", on different addresses (X4)");
    }
    const bool incoming_everywhere = incoming.listen_ip.empty();
    const bool both = same_place(to, incoming_everywhere ? outgoing.listen_ip : incoming.listen_ip);
    return {.incoming = both || incoming_everywhere, .outgoing = both || !incoming_everywhere};
}

}  // namespace refserver::commands
