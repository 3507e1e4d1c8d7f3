#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// "The rest of the Internet": a scripted SMTP server and a scripted DNS server, shared by
/// all cases of a run. What they are told is told per domain, so cases do not see each other.
namespace smtpspec::client {

/// One mail that reached the next hop: one transaction, with the recipients of one domain.
struct SunkMail {
    std::string reverse_path;                            ///< without angle brackets; empty: null
    std::map<std::string, std::string> mail_parameters;  ///< upper-case keyword -> value
    std::vector<std::string> recipients;                 ///< accepted ones of the asked domain, in order
    std::map<std::string, std::map<std::string, std::string>> recipient_parameters;
    std::string content;  ///< dot-unstuffed octets
    std::string came_to;  ///< the sink's address
    std::string helo;     ///< the name the client gave
    bool tls = false;
    std::string login;  ///< user, if the client authenticated
};

struct SinkAnswer {
    /// MAIL (by the reverse-path's domain or, for null, never), RCPT, DATA, message (the end of data, or the last
    /// BDAT); for all: also greeting, EHLO, HELO, STARTTLS, handshake, AUTH, RSET, QUIT
    std::string verb;
    std::string reply;  ///< "451 4.3.0 later"
    bool close = false;
    int times = -1;  ///< -1: always
};

/// A connection to the sink as it went, octets as they were; long ones are cut at the end.
struct SinkDialogue {
    enum class Side {
        client,
        sink,
        wire,  ///< no octets, but what became of the connection: "TLS", "end"
    };
    struct Part {
        Side side = Side::client;
        std::string octets;
    };
    std::string came_to;  ///< the sink's address
    std::vector<Part> parts;
    bool ended = false;
};

class NextHop {
public:
    virtual ~NextHop() = default;

    virtual std::uint16_t port() const = 0;      ///< SMTP, on 127.0.0.2 to 127.0.0.40
    virtual std::uint16_t dns_port() const = 0;  ///< UDP and TCP, on 127.0.0.1

    /// Mails for recipients in `domain`, in order of arrival; waits until there are `at_least` or the time is over.
    virtual std::vector<SunkMail> mails(const std::string& domain, std::size_t at_least,
                                        std::chrono::milliseconds wait) = 0;
    /// Answers for one verb count in the order told, each until its times are used up; what is told after one that
    /// holds always replaces it. An empty domain: for everybody whom nothing else was told for.
    virtual void answer(const std::string& domain, SinkAnswer) = 0;
    /// The lines of the EHLO reply after the first, instead of the default ones.
    virtual void offer(std::vector<std::string> keywords) = 0;
    /// False: refuses connections, and has dropped the open ones, when this returns; the port stays its own.
    virtual void up(bool) = 0;
    /// The most connections that stood at one time up to now; one that its client has closed does not stand.
    virtual std::size_t most_connections() const { return 0; }

    /// `kind`: "MX", "A", "AAAA", "CNAME"; value as in a zone file ("10 mx1.example").
    /// Throws std::invalid_argument for another kind or a value that is none.
    virtual void record(const std::string& name, const std::string& kind, const std::string& value) = 0;
    virtual void lookup_fails(const std::string& name) = 0;  ///< SERVFAIL
    virtual void no_such_name(const std::string& name) = 0;  ///< NXDOMAIN

    /// The connections on which a reverse-path or recipient of `domain` was named (empty: all), oldest first, once they
    /// are `enough` or the time is over.
    using Enough = std::function<bool(const std::vector<SinkDialogue>&)>;
    virtual std::vector<SinkDialogue> dialogues(const std::string& domain, const Enough& enough,
                                                std::chrono::milliseconds wait) = 0;

    /// Forgets what was told and received for a domain and all names below it.
    virtual void forget(const std::string& domain) = 0;
};

struct NextHopOptions {
    std::string certificate;  ///< PEM file; empty: no STARTTLS
    std::string private_key;
};

/// Starts both servers on free ports. What the sink does unless it is told otherwise: it offers PIPELINING, SIZE,
/// 8BITMIME, SMTPUTF8, DSN, ENHANCEDSTATUSCODES, CHUNKING, BINARYMIME, AUTH PLAIN LOGIN (any login is right) and, with
/// a certificate, STARTTLS; it takes all mail that is well-formed and uses only what was offered. By default a name
/// below `remote.example` that has no record has an A record 127.0.0.2 and no MX. Throws std::runtime_error when
/// nothing can be bound.
std::unique_ptr<NextHop> start_next_hop(const NextHopOptions&);

}  // namespace smtpspec::client
