#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

namespace refserver::outgoing_mail::testing {

/// A port that is taken, and where nobody listens: connections are refused.
class DeafPort {
public:
    DeafPort();
    ~DeafPort();
    DeafPort(const DeafPort&) = delete;
    DeafPort& operator=(const DeafPort&) = delete;
    std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_ = 0;
    int socket_ = -1;
};

/// A few lines of SMTP server, for tests of the transport: it takes everything, unless `reply` says otherwise.
class TinyNextHop {
public:
    struct Mail {
        std::vector<std::string> envelope;  ///< the MAIL and RCPT lines
        std::string content;                ///< between DATA and the final dot, as it came
        int connection = 0;
        bool tls = false;
    };
    /// The reply to a line ("" for the greeting, "." for the end of a mail); empty: the usual one; "close": none, and
    /// close.
    using Reply = std::function<std::string(const std::string& line)>;

    /// With `tls`, a reply of 220 to STARTTLS is followed by a handshake, with a certificate of its own
    /// for `tls_name`, which nobody trusts.
    explicit TinyNextHop(Reply reply = {}, const std::string& address = "127.0.0.1", std::uint16_t port = 0,
                         bool tls = false);
    ~TinyNextHop();
    TinyNextHop(const TinyNextHop&) = delete;
    TinyNextHop& operator=(const TinyNextHop&) = delete;

    static constexpr const char* tls_name = "next-hop.example";
    std::string certificate() const;  ///< in PEM
    std::uint16_t port() const { return port_; }
    /// Waits until there are so many; fewer when that takes more than ten seconds.
    std::vector<Mail> mails(std::size_t at_least);
    int connections();
    int most_at_once();
    std::vector<std::string> lines();

private:
    void accept();
    void serve(int fd, int number);

    Reply reply_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> tls_context_{nullptr, ::SSL_CTX_free};
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Mail> mails_;
    std::vector<std::string> lines_;
    std::vector<int> open_;
    int connections_ = 0;
    int most_at_once_ = 0;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace refserver::outgoing_mail::testing
