#pragma once

#include "net/connection_cap.h"
#include "net/event_loop.h"
#include "net/listener.h"
#include "service/listen_plan.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace refserver::service {

/// A socket that is listening.
struct OpenPort {
    PlannedSocket plan;
    std::uint16_t port = 0;  ///< the real one
    std::shared_ptr<net::ConnectionCap> cap;
    net::Token listener;
};

/// The sockets that the server listens on. Belongs to one event loop.
class Ports {
public:
    using Handler = std::function<void(const OpenPort&, net::Accepted)>;

    Ports(net::EventLoop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {}

    /// Makes the sockets in use those of the plan. What is listening already goes on, with its connections counted. All
    /// or nothing: when one cannot be opened, StartUpError is thrown and the sockets are those of before.
    void apply(const std::vector<PlannedSocket>&, std::uint32_t most_connections);
    void close();

    /// `ADDRESS:PORT` where the service is reached; "off" when nothing serves it.
    std::string incoming_endpoint() const;
    std::string outgoing_endpoint() const;

private:
    using Port = std::shared_ptr<OpenPort>;

    Port open(const PlannedSocket&, std::uint16_t port, std::shared_ptr<net::ConnectionCap>);
    void close(const OpenPort&);

    net::EventLoop& loop_;
    Handler handler_;
    std::vector<Port> ports_;
};

}  // namespace refserver::service
