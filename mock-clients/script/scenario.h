#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What a scenario file says, after its parameters have been put in: the meaning of
/// each statement is in docs/scenario-language.md. Nothing here has met a server yet.
namespace smtpspec::script {

/// A place in a scenario file; line and column count from 1.
struct Position {
    std::string file;
    int line = 0;
    int column = 0;
};

/// Text that may hold $roles, ${expressions} and escapes. It is expanded when the
/// statement is reached (see expand.h), because some names are known only then.
struct Template {
    std::string raw;
    Position at;
};

/// A POSIX extended regular expression; `$role` and `${…}` in it are expanded first and
/// quoted, so that a dot in an address matches a dot.
struct Pattern {
    Template expression;
    bool negated = false;
    bool ignore_case = false;  ///< `/…/i`
};

// --- replies ---------------------------------------------------------------

/// `with SIZE matching /…/`, `without STARTTLS`.
struct KeywordClause {
    std::string keyword;
    bool present = true;
    std::optional<Pattern> parameters;
};

enum class LineCount { any, exactly, more_than };

struct ReplyPattern {
    std::string code;  ///< "250", "5xx", "25x" or "any"
    /// "5.1.1" or "5.7.*"; "*" = any well-formed code whose class agrees; "none" = there must be none.
    std::optional<std::string> enhanced;
    std::vector<KeywordClause> keywords;
    std::vector<Pattern> text;
    std::vector<Pattern> raw;
    std::vector<Pattern> decoded;  ///< of the text, read as base64
    LineCount line_count = LineCount::any;
    int lines = 0;
};
struct ConnectionClosed {
    bool with_alert = false;  ///< of TLS: close_notify came first
};
struct ConnectionReset {};
struct StillOpen {};
using Alternative = std::variant<ReplyPattern, ConnectionClosed, ConnectionReset, StillOpen>;

// --- statements --------------------------------------------------------------

/// `C:`, `C|`, `C=`, `C/`, `C/N:`. Each element of `writes` is one write to the socket, line ends
/// included (as the escapes `\r\n`); consecutive `C|` lines are one element.
/// With `piece` > 0 the text is cut into pieces of so many octets.
struct Send {
    std::vector<Template> writes;
    int piece = 0;
    bool await_taken = false;  ///< the next write only when the peer's kernel has acknowledged this one
};
/// `send message …`: dot-stuffed and ended with `.` CR LF.
struct SendMessage {
    std::string file;                ///< below fixtures/messages; empty: a small message
    std::optional<Template> octets;  ///< exact size as SIZE counts it
};
struct Expect {
    std::vector<Alternative> alternatives;
    bool precondition = false;  ///< `S?`
    std::optional<std::chrono::milliseconds> within;
    std::string source;  ///< the pattern as written, for reports
    /// `silent`: it is right too when nothing at all comes within the time (`within`, or else a second).
    bool or_silent = false;
    /// `connect until …`: instead of one greeting, connects again and again until one fits, within the time
    /// (`within`, or else five seconds).
    bool reconnecting = false;
};
enum class ClientAct { connect, half_close, close, abort };
/// `start TLS`, `start TLS 1.2`, `start TLS for "NAME"`, `start TLS anonymously`: the handshake. Octets in clear that
/// were not read are forgotten (RFC 3207 §4.2).
struct StartTls {
    std::string version;           ///< "1.0" to "1.3": this one only; empty: the highest that both have
    std::optional<Template> name;  ///< what the certificate has to be for
    bool anonymous = false;        ///< fails where the server asks for a certificate of the client's
};

enum class GivenKind { ehlo, helo, login, transaction, mail, data };
struct Given {
    GivenKind kind;
    std::vector<std::string> to;  ///< roles
    std::string from = "ann";
    std::string login;  ///< role
};

/// A check of one received message, at a mailbox or at the sink.
enum class MessageCheckKind {
    as_sent,
    header_is,
    header_matching,
    no_header,
    first_header,
    body_is,
    contains,
    not_contains,
    reverse_path_is,  ///< sink only
    parameter_is,     ///< sink only: a parameter of MAIL or RCPT
    came_to,          ///< sink only
};
struct MessageCheck {
    int number = 1;  ///< counts from 1; 0: every message there is, perhaps none
    MessageCheckKind kind;
    std::string name;    ///< header field or parameter
    int occurrence = 1;  ///< of the header field
    Template value;
    std::optional<Pattern> pattern;
};
enum class Place { mailbox, sink };
struct CountCheck {
    Place place;
    std::string role;
    int messages = 0;
    bool at_most = false;  ///< `has at most N messages`: no more than so many, fewer are right too
    std::optional<std::chrono::milliseconds> within{};  ///< with `at_most`: so long they have to come
};
struct ContentCheck {
    Place place;
    std::string role;
    MessageCheck check;
};

struct SinkRule {
    std::string role;  ///< empty: for everybody
    std::string verb;  ///< MAIL, RCPT, DATA, message; for everybody also greeting, EHLO, HELO, STARTTLS, AUTH, …
    Template reply;
    bool close = false;  ///< instead of the reply
    int times = -1;      ///< -1: always
};
struct SinkOffers {
    std::vector<std::string> keywords;
};
struct SinkState {
    bool up;
};
/// So many connections to the sink, of all cases, at most stood at one time up to now.
struct SinkConnections {
    int at_most;
};
/// What was said on the connections to the sink: one at least matches, or, negated, none does.
struct SinkDialogueCheck {
    std::string role;  ///< connections on which its domain was named; empty: all
    Pattern pattern;
};
enum class DnsKind { mx, a, aaaa, cname, null_mx, fails, no_address };
struct DnsRecord {
    Template name;  ///< for a role: `$role.domain`
    DnsKind kind;
    int preference = 0;
    Template value;
};

enum class ServerAct { reload, stop, kill, start, start_fails };
struct ServerStep {
    ServerAct act;
};
/// implicit: that of `tls.implicit_port`, only as the port of a client.
enum class PortRole { incoming, outgoing, implicit };
struct ListenCheck {
    Template address;
    PortRole port;
    bool listens;
};
struct ChangeSetting {
    std::string name;
    std::string value;  ///< as in TOML
};

struct Statement;
struct Repeat {
    int times = 0;                     ///< 0 to 100,000
    std::optional<Template> computed;  ///< instead: `repeat ${rcptmax - 1}`, known when reached
    std::vector<Statement> body;
};

using Act = std::variant<Send, SendMessage, Expect, ClientAct, StartTls, Given, CountCheck, ContentCheck, SinkRule,
                         SinkOffers, SinkState, SinkConnections, SinkDialogueCheck, DnsRecord, ServerStep, ListenCheck,
                         ChangeSetting, Repeat>;

struct Statement {
    std::string client;  ///< empty: the first one declared
    Act act;
    Position at;
    std::string text;   ///< the line as written
    std::string words;  ///< what follows `--`
};

// --- a case -------------------------------------------------------------------

/// postmaster: the account that owns general.admin_email.
enum class RoleKind { hosted, remote, unknown, postmaster };
struct Role {
    RoleKind kind;
    Template local_part;  ///< empty raw: the role's name and the case's number
};

enum class Channel { plain, starttls, implicit };
struct Client {
    std::string name;
    std::string from = "127.0.0.10";
    std::string to_address;  ///< empty: where the fixture's service listens
    PortRole to = PortRole::incoming;
    Channel over = Channel::plain;
    bool over_is_given = false;  ///< said outright: the same whatever channel a run asks for
    int times = 1;  ///< `times N`: so many connections, each of which does and hears every statement, in turn
};

/// One runnable case: a scenario with one row of its parameters.
struct Case {
    std::string id;
    std::string title;
    std::vector<std::string> cites;
    std::string level;  ///< as written by `level`; empty: that of the first citation
    std::string risk;
    std::string fixture = "default";
    std::map<std::string, std::string> settings;  ///< `set`: dotted name -> value as in TOML
    std::vector<std::string> extensions;          ///< upper case
    std::vector<std::string> absent_extensions;   ///< upper case: `needs no extension`
    bool alone = false;
    std::map<std::string, Role> roles;  ///< the declared ones and those that are used
    std::vector<Client> clients;        ///< at least one
    std::map<std::string, std::string> parameters;
    std::vector<Statement> statements;
    Position at;
};

}  // namespace smtpspec::script
