#pragma once

#include "client/descriptor.h"
#include "client/endpoint.h"

#include <cstdint>
#include <optional>

namespace smtpspec::client {

/// What has arrived for the program at the other end of a TCP connection on this machine and was not read by it yet, as
/// the kernel's socket diagnosis tells it (sock_diag(7)).
class PeerQueue {
public:
    PeerQueue(const Endpoint& local, const Endpoint& peer) : local_(local), peer_(peer) {}

    /// Octets. None where the kernel does not tell, and once the connection is gone.
    std::optional<std::uint32_t> unread();

private:
    Endpoint local_;
    Endpoint peer_;
    Descriptor kernel_;
};

}  // namespace smtpspec::client
