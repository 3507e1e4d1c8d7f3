#pragma once

#include "sink/sink_connection.h"
#include "sink/sockets.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace smtpspec::sink {

/// Serves all connections to one port on 127.0.0.2 to 127.0.0.40, in one thread.
class SinkServer {
public:
    /// `tls` may be null. Throws std::system_error when no port is free on all addresses.
    SinkServer(SinkWorld&, const TlsServerContext* tls);
    ~SinkServer();
    SinkServer(const SinkServer&) = delete;
    SinkServer& operator=(const SinkServer&) = delete;

    std::uint16_t port() const { return port_; }
    /// False: when this returns, connections are refused and the open ones dropped. The port is kept.
    void up(bool);
    /// That stood at one time up to now.
    std::size_t most_connections() const { return most_connections_; }

private:
    struct Listener {
        Descriptor socket;
        std::string address;
    };
    static std::vector<Listener> bind_all();
    void run(const std::stop_token&);
    void apply_wish();
    void watch(int socket, bool to_send, bool anew);
    void accept(const Listener&);
    void serve(int socket);
    void count_connections();

    SinkWorld& world_;
    const TlsServerContext* tls_;
    std::vector<Listener> listeners_;
    std::uint16_t port_ = 0;
    Descriptor epoll_;
    std::map<int, std::unique_ptr<SinkConnection>> connections_;
    std::atomic<std::size_t> most_connections_ = 0;

    std::mutex mutex_;
    std::condition_variable applied_;
    std::optional<bool> wish_;  ///< up or down, not yet applied
    bool up_ = true;

    Waker waker_;
    std::jthread thread_;
};

}  // namespace smtpspec::sink
