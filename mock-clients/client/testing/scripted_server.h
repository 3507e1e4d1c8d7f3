#pragma once

#include "client/descriptor.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace smtpspec::client::testing {

/// The server's side of one connection, for tests that misbehave on purpose.
class Peer {
public:
    explicit Peer(int fd) : socket_(fd) {}

    /// False once the client is gone.
    bool say(std::string_view octets);
    /// Up to and with LF; what is left at the end of the connection. Empty: the end.
    std::string line();
    /// Everything until this text has come, or the end.
    std::string read_until(std::string_view text);
    void read_to_end() { read_until({}); }
    void half_close();
    void reset();
    int fd() const { return socket_.get(); }

private:
    bool receive();

    Descriptor socket_;
    std::string unread_;
};

/// Accepts connections on a free port of the loopback interface and does the same with each, in a thread of its own.
class ScriptedServer {
public:
    using Behaviour = std::function<void(Peer&)>;
    explicit ScriptedServer(Behaviour, const char* address = "127.0.0.1");
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::uint16_t port() const { return port_; }
    int connections() const { return connections_; }

private:
    void accept_all();

    Behaviour behaviour_;
    std::uint16_t port_ = 0;
    Descriptor listener_;
    std::atomic<int> connections_{0};
    std::mutex mutex_;
    std::vector<std::unique_ptr<Peer>> peers_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// A port on which nobody listens.
std::uint16_t dead_port();

}  // namespace smtpspec::client::testing
