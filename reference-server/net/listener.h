#pragma once

#include "access/ip_address.h"
#include "net/descriptor.h"
#include "net/event_loop.h"

#include <cstdint>
#include <functional>

#include <Poco/Net/ServerSocket.h>

namespace refserver::net {

/// A new connection: non-blocking, closed on exec, with both its ends.
struct Accepted {
    Descriptor socket;
    access::IpAddress client;
    std::uint16_t client_port = 0;
    access::IpAddress server;  ///< the address that the client connected to
};

/// Accepts connections of one listening socket. When the process has no file descriptor left, a waiting client is
/// closed and accepting pauses for 100 ms, so that the loop does not spin.
class Listener final : public Watcher {
public:
    using Handler = std::function<void(Accepted)>;

    /// Watches the socket until `EventLoop::remove(token)`, which closes it.
    static Token start(EventLoop&, const Poco::Net::ServerSocket&, Handler);

    Listener(EventLoop&, const Poco::Net::ServerSocket&, Handler);
    ~Listener() override;

    void ready(std::uint32_t events) override;
    /// Stops listening, after a last look: clients in the backlog would be reset otherwise.
    void close();

private:
    bool accept_one();
    void pause();

    EventLoop& loop_;
    Poco::Net::ServerSocket socket_;
    Handler handler_;
    Token token_;
    int spare_;  ///< closed to have a descriptor for the client that must be turned away
    Timer pause_;
};

}  // namespace refserver::net
