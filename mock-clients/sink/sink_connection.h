#pragma once

#include "sink/descriptor.h"
#include "sink/sink_session.h"
#include "sink/tls_channel.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smtpspec::sink {

/// A session with its socket and, after STARTTLS, its TLS.
class SinkConnection {
public:
    SinkConnection(Descriptor socket, SinkWorld&, const TlsServerContext*, std::string came_to);

    int socket() const { return socket_.get(); }
    /// Reads what has come, answers, sends what can be sent.
    void serve();
    bool wants_to_send() const { return !to_send_.empty(); }
    /// Everything has been said, or the client has gone.
    bool over() const { return over_; }

private:
    void receive(std::string_view octets);
    void take_session_output();
    void send();

    Descriptor socket_;
    const TlsServerContext* tls_context_;
    SinkSession session_;
    std::optional<TlsChannel> tls_;
    bool handshake_done_ = false;
    std::string to_send_;
    bool over_ = false;
};

}  // namespace smtpspec::sink
