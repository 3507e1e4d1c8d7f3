#pragma once

#include "protocol/envelope.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// SMTP as a receiver speaks it (RFC 5321), without I/O, clock or threads: octets go in, octets and
/// requests come out.
namespace refserver::protocol {

// --- what a session knows ------------------------------------------------------

/// What the server is; the same for all connections until a reload.
struct ServerFacts {
    std::string primary_domain;
    std::uint64_t max_mail_size = 0;
    std::uint32_t max_recipients = 0;
    bool tls_available = false;
    bool tls_required_for_authentication = false;

    // What delivery and the outgoing service do completely, so that it may be offered.
    bool dsn = false;          ///< RFC 3461
    bool smtputf8 = false;     ///< RFC 6531
    bool binary_mime = false;  ///< RFC 3030
    bool require_tls = false;  ///< RFC 8689; offered inside TLS
    bool deliver_by = false;   ///< RFC 2852
};

/// What the connection is; fixed for its life.
struct ConnectionFacts {
    std::string id;
    std::string client_address;  ///< normalised text: "192.0.2.1", "2001:db8::1"
    bool implicit_tls = false;
    bool submission = false;  ///< the outgoing service alone: RFC 6409 rules
    /// Printable ASCII without comma, blank and `@`, which nobody can guess, another one each time.
    std::function<std::string()> nonce = {};
};

// --- what a session asks at once (memory only, never blocking) -------------------

enum class RecipientKind { hosted, outgoing };
struct AcceptRecipient {
    RecipientKind kind;
    std::string account;  ///< hosted: the user
};
/// A refusal with its code, enhanced code, text and the deciding rule for the log.
struct Refusal {
    int code = 550;
    std::string enhanced;
    std::string text;
    std::string rule;
};
using RecipientVerdict = std::variant<AcceptRecipient, Refusal>;

/// Who may send what to whom; answers for one connection. Implemented outside (access, accounts, settings).
class Policy {
public:
    virtual ~Policy() = default;
    /// X11.
    virtual bool offers_authentication() const = 0;
    /// Every password that counts is known in clear: mechanisms that prove it without showing it can be offered.
    virtual bool knows_clear_passwords() const = 0;
    /// For SCRAM; the same for the same user, whether there is such a user or not.
    virtual std::string salt(std::string_view user) const = 0;
    /// X12: a refusal of MAIL, or nothing. `login` is the user logged in, or empty.
    virtual std::optional<Refusal> mail(const ReversePath&, std::string_view login) const = 0;
    virtual RecipientVerdict recipient(const Mailbox&, std::string_view login) const = 0;
    /// For VRFY and EXPN nothing is disclosed; see session_vrfy.cpp.
};

// --- what a session asks for and waits --------------------------------------------

struct PasswordGiven {
    std::string password;
};
/// CRAM-MD5 (RFC 2195): the password never comes, only the digest that it makes of the challenge.
struct CramMd5Response {
    std::string challenge;
    std::string digest;  ///< as given: should be 32 hexadecimal digits in lower case
};
/// SCRAM-SHA-256 (RFC 5802 §3). Answered with the ServerSignature.
struct ScramResponse {
    static constexpr int iterations = 4096;  ///< RFC 7677 §4: at least
    std::string salt;                        ///< octets
    std::string auth_message;
    std::string proof;  ///< 32 octets
};
struct VerifyLogin {
    std::string user;
    std::variant<PasswordGiven, CramMd5Response, ScramResponse> evidence;
};
/// The mail is complete: store it, then answer with `mail_committed`.
struct CommitMail {
    Envelope envelope;
    std::string received_field;  ///< and what a submitted mail lacked: Date, Message-ID
    std::uint64_t size = 0;
    std::string id;  ///< the mail's name in the Received field, the reply and the log
};
/// The 220 has been put out: start the handshake once it is sent, then call `tls_started`. Input that came with
/// STARTTLS has been discarded.
struct StartTls {};
/// The output is complete: close after it is sent.
struct Close {};
using Request = std::variant<VerifyLogin, CommitMail, StartTls, Close>;

enum class CommitOutcome { stored, no_space, failed };

/// Takes the content of the mail that is being received, decoded (dots removed, chunks joined). `begin` starts a new
/// mail and forgets an earlier one.
class ContentReceiver {
public:
    virtual ~ContentReceiver() = default;
    virtual void begin() noexcept = 0;
    virtual void append(std::string_view octets) noexcept = 0;
    /// The mail that was begun will not be committed (refused at its end, RSET, connection lost): what is kept of it
    /// may go.
    virtual void discard() noexcept {}
};

/// A line for the log: an event's name and its fields. Never a password or a body.
struct LogEvent {
    std::string event;  ///< "mail-accepted", "recipient-refused", "login-failed", …
    std::vector<std::pair<std::string, std::string>> fields;
};

/// RFC 5321 §4.5.3.2: how long the client may take for what it has to do next.
enum class Awaiting { command, data_block, login_answer, nothing };

struct SessionState;

class Session {
public:
    Session(std::shared_ptr<const ServerFacts>, ConnectionFacts, const Policy&, ContentReceiver&);
    ~Session();
    Session(Session&&) noexcept;

    /// Puts out the greeting. First call; with implicit TLS the second, after `tls_started`.
    void greet();

    /// Takes octets from the client; `now` is for trace fields, which show it in the local zone of the process.
    /// Processes until a request is pending: what is left is kept and processed after the answer. Bounded memory: a
    /// caller that goes on feeding while `waiting` has at most 256 KiB kept before the session closes. Replies to one
    /// call are at most about 100 times as long as its octets: read in pieces of a few KiB and stop reading while
    /// output is not taken by the client.
    void feed(std::string_view octets, std::chrono::system_clock::time_point now);
    /// The client will send no more.
    void end_of_input();

    /// Octets to send; taken away by the call.
    std::string take_output();
    /// The pending request, once.
    std::optional<Request> take_request();
    /// True while the session will not process input: reading should pause when much input is waiting.
    bool waiting() const;

    /// `signature`: of the server, with SCRAM.
    void login_verified(bool right, std::chrono::system_clock::time_point now, std::string signature = {});
    /// Nobody could say whether it is right (too many are waiting): 454 4.7.0.
    void login_unavailable(std::chrono::system_clock::time_point now);
    void mail_committed(CommitOutcome, std::chrono::system_clock::time_point now);
    /// `version` and `cipher` for the Received field. Answers StartTls; with implicit TLS the session begins with the
    /// handshake.
    void tls_started(std::string version, std::string cipher, std::chrono::system_clock::time_point now);

    Awaiting awaiting() const;
    std::chrono::seconds patience() const;
    /// The patience is over: 421 4.4.2 and Close.
    void timed_out();
    /// The server stops: 421 4.3.2 and Close as soon as no mail is being received.
    void shut_down();

    /// Other facts after a reload; in effect from the next transaction.
    void facts_changed(std::shared_ptr<const ServerFacts>);

    std::vector<LogEvent> take_log();

private:
    std::unique_ptr<SessionState> state_;
};

}  // namespace refserver::protocol
