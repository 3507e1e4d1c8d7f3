#pragma once

#include "protocol/address_fields.h"
#include "protocol/command_line.h"
#include "protocol/dot_decoder.h"
#include "protocol/header_scanner.h"
#include "protocol/line_checker.h"
#include "protocol/reply.h"
#include "protocol/sasl.h"
#include "protocol/session.h"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refserver::protocol {

/// Where a client stands in the order of RFC 5321 §4.1.4.
enum class Phase : unsigned {
    connected,   ///< neither EHLO nor HELO yet, or TLS has just begun
    ready,       ///< no transaction
    sender,      ///< MAIL accepted
    recipients,  ///< at least one RCPT accepted
    chunks,      ///< at least one BDAT accepted
};

/// What the next octets from the client are.
enum class Mode {
    command,
    data,             ///< after 354
    chunk,            ///< after BDAT
    sasl,             ///< after 334
    verifying_login,  ///< kept until the caller answers
    committing,       ///< kept until the caller answers
    handshake,        ///< of TLS: not for the session
    closed,           ///< ignored
};

/// The content that is being received.
struct IncomingContent {
    DotDecoder dots;
    LineChecker lines;
    HeaderScanner header;
    std::optional<AddressFields> addresses;  ///< of a submitted mail
    std::uint64_t size = 0;                  ///< decoded octets, as RFC 1870 §5 counts them
};

/// What a BDAT line announced.
struct Chunk {
    std::uint64_t left = 0;  ///< octets to come
    bool last = false;
    std::optional<ReplyName> refusal;  ///< the octets are to be dropped, then this is the reply
};

struct SessionState {
    SessionState(std::shared_ptr<const ServerFacts> server_facts, ConnectionFacts connection_facts,
                 const Policy& who_may, ContentReceiver& receiver)
        : facts(std::move(server_facts)),
          connection(std::move(connection_facts)),
          policy(who_may),
          content_receiver(receiver),
          mode(connection.implicit_tls ? Mode::handshake : Mode::command) {}

    std::shared_ptr<const ServerFacts> facts;
    std::shared_ptr<const ServerFacts> next_facts;  ///< of a reload during a transaction
    const ConnectionFacts connection;
    const Policy& policy;
    ContentReceiver& content_receiver;

    Mode mode;
    Phase phase = Phase::connected;
    std::string client_name;
    bool extended = false;  ///< EHLO, not HELO
    bool tls = false;
    std::string tls_version;
    std::string tls_cipher;
    std::string login;
    std::string login_tried;
    std::string
        server_signature;  ///< SCRAM: the login is right, and the client has to be shown that the server is, too
    unsigned failed_logins = 0;

    Envelope envelope;
    unsigned mails = 0;  ///< begun on this connection
    std::unique_ptr<IncomingContent> content;
    Chunk chunk;
    std::unique_ptr<SaslExchange> sasl;

    CommandLine line;
    std::string kept_input;  ///< came while waiting
    std::string output;
    std::optional<Request> request;
    std::vector<LogEvent> log;
    bool stopping = false;  ///< shut_down was called
    bool input_ended = false;
    std::chrono::system_clock::time_point now;

    void reply(ReplyName);
    /// Detail behind the reply's own text.
    void reply(ReplyName, std::string_view detail);
    void reply(const Refusal&);

    /// `waiting_for_answer`: the mode until the caller has answered.
    void ask(Request, Mode waiting_for_answer);
    void close();
    bool waiting_for_answer() const noexcept { return mode == Mode::verifying_login || mode == Mode::committing; }

    /// Ends the transaction in any way (RFC 5321 §4.1.1.5): buffers empty, ready for MAIL.
    void clear_transaction();
    std::string mail_id() const;

    void note(std::string event, std::initializer_list<std::pair<std::string, std::string>> fields);
};

}  // namespace refserver::protocol
