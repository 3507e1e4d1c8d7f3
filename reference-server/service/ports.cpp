#include "service/ports.h"

#include "net/listen_address.h"
#include "net/socket_address.h"

#include <algorithm>

namespace refserver::service {
namespace {

Poco::Net::ServerSocket listen(const PlannedSocket& socket, std::uint16_t port) {
    try {
        return net::open_listener(socket.address, port);
    } catch (const net::ListenError& e) {
        if (e.about == net::ListenError::About::address) {
            throw StartUpError(socket.address_setting, "\"" + socket.address_text + "\"", e.what());
        }
        throw StartUpError(socket.port_setting, std::to_string(port), e.what());
    }
}

/// The same place to listen at; roles may differ.
bool is_at(const OpenPort& open, const PlannedSocket& wanted) {
    if (open.plan.address != wanted.address || open.plan.implicit_tls != wanted.implicit_tls) return false;
    if (wanted.port != 0) return open.port == wanted.port;
    return open.plan.port == 0 && open.plan.port_setting == wanted.port_setting;
}

/// Both cannot listen at once.
bool overlap(const OpenPort& open, const PlannedSocket& wanted) {
    const auto& one = open.plan.address;
    return open.port == wanted.port && (!one || !wanted.address || one == wanted.address);
}

std::string endpoint(const OpenPort& port) {
    return net::to_string(port.plan.address.value_or(access::IpAddress()), port.port);
}

}  // namespace

Ports::Port Ports::open(const PlannedSocket& plan, std::uint16_t number, std::shared_ptr<net::ConnectionCap> cap) {
    auto socket = listen(plan, number);
    auto port = std::make_shared<OpenPort>();
    port->plan = plan;
    port->port = socket.address().port();
    port->cap = std::move(cap);
    port->listener = net::Listener::start(
        loop_, socket, [this, port](net::Accepted accepted) { handler_(*port, std::move(accepted)); });
    return port;
}

void Ports::close(const OpenPort& port) {
    if (auto* listener = static_cast<net::Listener*>(loop_.find(port.listener))) listener->close();
}

void Ports::close() {
    for (const auto& port : ports_) close(*port);
    ports_.clear();
}

void Ports::apply(const std::vector<PlannedSocket>& plan, std::uint32_t most_connections) {
    std::vector<Port> leaving = ports_;
    std::vector<std::pair<Port, PlannedSocket>> staying;
    std::vector<PlannedSocket> coming;
    for (const auto& socket : plan) {
        const auto same = std::ranges::find_if(leaving, [&](const Port& port) { return is_at(*port, socket); });
        if (same == leaving.end()) {
            coming.push_back(socket);
        } else {
            staying.emplace_back(*same, socket);
            leaving.erase(same);
        }
    }

    std::vector<Port> opened;
    std::vector<Port> closed;
    try {
        for (const auto& socket : coming) {
            std::shared_ptr<net::ConnectionCap> cap;
            for (const auto& port : leaving) {
                if (!overlap(*port, socket)) continue;
                close(*port);
                closed.push_back(port);
                cap = port->cap;
            }
            opened.push_back(open(socket, socket.port, cap ? cap : net::ConnectionCap::make(most_connections)));
        }
    } catch (const StartUpError&) {
        for (const auto& port : opened) close(*port);
        for (const auto& port : closed) std::ranges::replace(ports_, port, open(port->plan, port->port, port->cap));
        throw;
    }

    for (const auto& port : leaving) close(*port);
    ports_ = std::move(opened);
    for (auto& [port, socket] : staying) {
        port->plan = socket;
        ports_.push_back(port);
    }
    for (const auto& port : ports_) port->cap->set_limit(most_connections);
}

std::string Ports::incoming_endpoint() const {
    const auto at = std::ranges::find_if(ports_, [](const Port& port) { return port->plan.serves_incoming(); });
    return at == ports_.end() ? "off" : endpoint(**at);
}

std::string Ports::outgoing_endpoint() const {
    const auto at = std::ranges::find_if(
        ports_, [](const Port& port) { return port->plan.serves_outgoing() && !port->plan.implicit_tls; });
    return at == ports_.end() ? "off" : endpoint(**at);
}

}  // namespace refserver::service
