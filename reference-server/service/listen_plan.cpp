#include "service/listen_plan.h"

#include "net/listen_address.h"

namespace refserver::service {
namespace {

constexpr access::PortRoles incoming_only{.incoming = true, .outgoing = false};
constexpr access::PortRoles outgoing_only{.incoming = false, .outgoing = true};
constexpr access::PortRoles both{.incoming = true, .outgoing = true};

PlannedSocket planned(const std::string& section, const std::string& address, std::uint16_t port,
                      access::PortRoles roles, const Resolve& resolve) {
    PlannedSocket socket;
    socket.port = port;
    socket.roles = roles;
    socket.port_setting = section + ".port";
    socket.address_setting = section + ".listen_ip";
    socket.address_text = address;
    try {
        socket.address = resolve(address);
    } catch (const net::ListenError& e) {
        throw StartUpError(socket.address_setting, "\"" + address + "\"", e.what());
    }
    return socket;
}

/// X4: both services on one port number.
std::vector<PlannedSocket> share(PlannedSocket incoming, PlannedSocket outgoing) {
    if (incoming.address == outgoing.address) {
        incoming.roles = both;
        return {incoming};
    }
    if (!incoming.address) {
        incoming.special_address = outgoing.address;
        incoming.special_roles = both;
        return {incoming};
    }
    if (!outgoing.address) {
        outgoing.special_address = incoming.address;
        outgoing.special_roles = both;
        return {outgoing};
    }
    return {incoming, outgoing};
}

}  // namespace

std::vector<PlannedSocket> plan_sockets(const settings::Settings& settings, const Resolve& resolve) {
    const auto& in = settings.smtp.incoming;
    const auto& out = settings.smtp.outgoing;
    const PlannedSocket incoming = planned("smtp.incoming", in.listen_ip, in.port, incoming_only, resolve);
    if (!out.enabled) return {incoming};

    const PlannedSocket outgoing = planned("smtp.outgoing", out.listen_ip, out.port, outgoing_only, resolve);
    std::vector<PlannedSocket> sockets;
    if (in.port == out.port && in.port != 0) {
        sockets = share(incoming, outgoing);
    } else {
        sockets = {incoming, outgoing};
    }
    if (settings.tls.implicit_port != 0) {
        PlannedSocket implicit = outgoing;
        implicit.port = settings.tls.implicit_port;
        implicit.implicit_tls = true;
        implicit.port_setting = "tls.implicit_port";
        sockets.push_back(implicit);
    }
    return sockets;
}

}  // namespace refserver::service
