#pragma once

#include "client/testing/scripted_server.h"

#include <memory>
#include <string>
#include <string_view>

namespace smtpspec::client::testing {

/// The server's side of TLS on a connection, with a certificate made for the occasion.
class TlsPeer {
public:
    enum class Wants { nothing, certificate };  ///< of the client
    explicit TlsPeer(Peer&, Wants = Wants::nothing);
    ~TlsPeer();
    TlsPeer(const TlsPeer&) = delete;
    TlsPeer& operator=(const TlsPeer&) = delete;

    bool handshake();
    bool say(std::string_view octets);
    std::string line();  ///< up to and with LF; empty: the end
    void say_goodbye();  ///< close_notify

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace smtpspec::client::testing
