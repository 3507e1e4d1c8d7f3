#pragma once

#include "sink/descriptor.h"

#include <cstdint>
#include <string>
#include <vector>

#include <netinet/in.h>

namespace smtpspec::meddler {

using sink::Descriptor;

/// An IPv4 or IPv6 address with a port. Throws std::system_error where the system refuses.
struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
    std::uint16_t port() const;
    Address with_port(std::uint16_t port) const;
    /// Without the port, for people.
    std::string text() const;

    static Address local_of(int socket);
    static Address peer_of(int socket);
};

/// What a listen setting means: an address, a host name, or nothing for all addresses. Empty when a name means none.
std::vector<Address> listen_addresses(const std::string& setting, std::uint16_t port);

/// Bound, without listening yet; std::system_error.
Descriptor bound_to(const Address&);
/// A port that nobody else is given as long as the descriptor lives; a server with SO_REUSEADDR can listen there.
Descriptor reserved_port(std::uint16_t& port);
/// Begins a connection from that address (its port does not count) to the other; an empty descriptor when refused at
/// once. std::system_error for anything else.
Descriptor begin_connection(const Address& from, const Address& to);

}  // namespace smtpspec::meddler
