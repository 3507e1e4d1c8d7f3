#pragma once

#include "runner/unique_fd.h"

#include <chrono>
#include <cstdint>
#include <string>

/// The few things about sockets that the runner needs to start servers.
namespace smtpspec::runner {

/// Where a client connects to reach a service with this listen address: itself, a loopback address for "all", the
/// first address of a host name. Throws std::runtime_error when a name does not resolve.
std::string connect_address(const std::string& listen_ip);

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
    bool implicit_tls = false;
};

enum class Greeting { ready, refused, closed, silent };
struct Probe {
    Greeting greeting = Greeting::refused;
    std::string line;  ///< the first line, without its end
};

/// Connects once, from 127.0.0.10 where the address is IPv4 loopback, reads a greeting until the deadline, and leaves
/// politely: after QUIT it waits until the server has closed, so that the connection does not count any more. Gives up
/// early when the descriptor `until` becomes readable (-1: never).
Probe probe(const Endpoint&, std::chrono::steady_clock::time_point deadline, int until = -1);

}  // namespace smtpspec::runner
