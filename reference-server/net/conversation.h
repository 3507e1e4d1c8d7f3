#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace refserver::net {

class Connection;

/// What is said over a connection. All calls come from the connection's event loop.
class Conversation {
public:
    virtual ~Conversation() = default;
    /// First call, before any other: the connection is open and will outlive the conversation.
    virtual void opened(Connection&) = 0;
    /// Octets from the client, decrypted where the connection is encrypted.
    virtual void received(std::string_view octets) = 0;
    /// The client will send no more.
    virtual void end_of_input() = 0;
    /// How many octets to read at most before asking again; 0: none now (see Connection::resume_reading).
    virtual std::size_t appetite() const = 0;
    /// The TLS handshake that `Connection::start_tls` began is complete.
    virtual void encrypted(std::string version, std::string cipher) = 0;
    /// The deadline set with Connection::set_deadline is over.
    virtual void deadline_passed() = 0;
    /// The connection broke, or the client vanished. The conversation is destroyed soon after.
    virtual void lost() = 0;
};

}  // namespace refserver::net
