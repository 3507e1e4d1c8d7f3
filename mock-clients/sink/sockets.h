#pragma once

#include "sink/descriptor.h"

#include <cstdint>
#include <string>

#include <netinet/in.h>

namespace smtpspec::sink {

/// Non-blocking sockets on loopback. All throw std::system_error.

/// Bound to the address; port 0 takes a free one. `type` is SOCK_STREAM or SOCK_DGRAM.
Descriptor bound_socket(int type, const std::string& address, std::uint16_t port);
std::uint16_t port_of(const Descriptor&);
void listen_on(const Descriptor&);
/// The next connection, with TCP_NODELAY; an empty descriptor when there is none now.
Descriptor accept_from(const Descriptor&);

/// Wakes a thread that polls its descriptor.
class Waker {
public:
    Waker();
    int get() const { return descriptor_.get(); }
    void wake() const;
    void clear() const;

private:
    Descriptor descriptor_;
};

}  // namespace smtpspec::sink
