#pragma once

#include "client/descriptor.h"
#include "client/patience.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/socket.h>

namespace smtpspec::client {

/// An IPv4 or IPv6 address with a port.
struct Endpoint {
    sockaddr_storage storage{};
    socklen_t length = 0;

    int family() const { return storage.ss_family; }
    bool is_loopback() const;
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    std::string text() const;  ///< "127.0.0.1:25", "[::1]:25"
};

/// All addresses of a name or of an address written out. Throws std::runtime_error where there are none.
std::vector<Endpoint> resolve(const std::string& host, std::uint16_t port);

/// No connection came about.
struct ConnectFailed : std::runtime_error {
    enum class Why {
        refused,    ///< nobody listens there
        no_answer,  ///< nothing came back in time, or no way leads there
        not_ours    ///< this machine cannot do it: the address to come from, descriptors
    };
    ConnectFailed(Why reason, const std::string& what) : std::runtime_error(what), why(reason) {}
    Why why;
};

struct Connected {
    Descriptor socket;  ///< non-blocking, TCP_NODELAY
    Endpoint local;
    Endpoint peer;
    bool came_from_elsewhere = false;  ///< `from` means nothing for that peer and was left to the system
    bool reset_already = false;        ///< the peer took the connection and reset it meanwhile
};

/// Where clients of a scenario come from unless it says otherwise.
inline constexpr const char* default_origin = "127.0.0.10";

/// Connects from the address `from` (empty: the system's choice). An origin on the loopback interface
/// cannot reach a server elsewhere, nor 127.0.0.10 one on ::1: the default origin is then left to the system,
/// any other is a failure `not_ours`. Throws ConnectFailed.
Connected connect(const std::string& from, const std::string& host, std::uint16_t port, const Patience&);

}  // namespace smtpspec::client
