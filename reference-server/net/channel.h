#pragma once

#include <string>
#include <string_view>

namespace refserver::net {

/// What stands between the octets on the wire and the conversation: TLS. A connection in clear has none.
class Channel {
public:
    enum class State {
        handshake,  ///< nothing can be said yet
        open,
        closed,  ///< the client has said that it sends no more
        broken,  ///< what came is not TLS, or has been tampered with
    };

    virtual ~Channel() = default;
    /// Takes octets from the wire. What they mean is appended to `plain`, what must go back to `wire`.
    virtual State receive(std::string_view octets, std::string& plain, std::string& wire) = 0;
    virtual void send(std::string_view plain, std::string& wire) = 0;
    /// Says that nothing more will be sent.
    virtual void close(std::string& wire) = 0;
    virtual std::string version() const = 0;
    virtual std::string cipher() const = 0;
};

}  // namespace refserver::net
