#pragma once

#include "net/octet_filter.h"
#include "outgoing-mail/message_content.h"
#include "outgoing-mail/relay_session.h"
#include "outgoing-mail/stream.h"

#include <optional>
#include <string>

namespace refserver::outgoing_mail {

/// A session on a connection: moves octets between the two and keeps the time. For one thread.
class RelayConnection {
public:
    struct Options {
        Poco::Net::SocketAddress address;
        SessionFacts session;
        std::string tls_name;              ///< the name for TLS
        bool tls_name_is_trusted = false;  ///< it comes from the settings and not from the DNS
        std::chrono::seconds connect_limit{30};
        net::MakeOctetFilter octets;
    };

    /// Connects and speaks until the session is ready, or never will be. Never throws.
    RelayConnection(const Options&, const TlsClient&, const StopSignal&);

    bool ready() const { return session_.phase() == RelaySession::Phase::ready; }
    const Result& failure() const { return session_.failure(); }
    /// The TLS handshake failed: the host may still take mail in clear, on another connection.
    bool handshake_failed() const { return handshake_failed_; }
    const NextHopOffers& offers() const { return session_.offers(); }

    /// Sends one mail; only when ready. The results are those of the transaction's recipients.
    std::vector<Result> deliver(const Transaction&, MessageSource);
    void quit();

private:
    void run(std::optional<MessageSource>);
    bool read();
    bool write();
    void fill(std::optional<MessageSource>&);
    std::string next_output(std::optional<MessageSource>&);
    void start_tls();
    void drain();
    void close(const std::string& reason);

    const Options options_;
    const TlsClient& tls_;
    const StopSignal& stop_;
    RelaySession session_;
    const std::unique_ptr<net::OctetFilter> octets_;  ///< null: none stands between
    std::optional<Stream> stream_;
    std::string output_;
    DotStuffer stuffer_;
    bool handshake_failed_ = false;
};

}  // namespace refserver::outgoing_mail
