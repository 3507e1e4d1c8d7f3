#pragma once

#include "outgoing-mail/files.h"
#include "outgoing-mail/stop_signal.h"

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <Poco/Net/SocketAddress.h>
#include <openssl/ssl.h>

namespace refserver::outgoing_mail {

struct StreamError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One for all connections of the service: TLS 1.2 or later, no certificate demanded (see RelaySession).
class TlsClient {
public:
    /// Made by the first call. Throws StreamError.
    SSL_CTX* get() const;
    /// The certificates that this system trusts, read by the first call: that takes longer than all else that a server
    /// does to start, and few ask. Throws StreamError.
    X509_STORE* trusted() const;

private:
    struct Free {
        void operator()(SSL_CTX* c) const { SSL_CTX_free(c); }
    };
    struct FreeStore {
        void operator()(X509_STORE* s) const { X509_STORE_free(s); }
    };
    mutable std::once_flag made_;
    mutable std::unique_ptr<SSL_CTX, Free> context_;
    mutable std::once_flag read_;
    mutable std::unique_ptr<X509_STORE, FreeStore> trusted_;
};

/// A TCP connection, in clear or with TLS. Never blocks but where a deadline is given.
class Stream {
public:
    /// Throws StreamError: refused, unreachable, too slow, or the service stops.
    static Stream connect(const Poco::Net::SocketAddress&, SteadyTime deadline, const StopSignal&);

    /// The number of octets read; 0 at the end of the connection; nothing when none are there now. Throws StreamError.
    std::optional<std::size_t> read_some(std::span<char>);
    /// The number of octets written; nothing when none can be now. Throws StreamError.
    std::optional<std::size_t> write_some(std::string_view);
    /// The handshake. Throws StreamError.
    void start_tls(const TlsClient&, const std::string& server_name, SteadyTime deadline, const StopSignal&);
    /// The certificate is one that this system trusts, for that name.
    bool verified_for(const TlsClient&, const std::string& name) const;

    /// Says goodbye at the level of TLS; does not wait for an answer.
    void finish();

    int fd() const { return fd_.get(); }
    /// What to poll for after read_some or write_some could do nothing.
    short wanted(bool has_output) const;

private:
    explicit Stream(Descriptor fd) : fd_(std::move(fd)) {}
    std::optional<std::size_t> tls_result(int result, bool reading);

    struct Free {
        void operator()(SSL* s) const { SSL_free(s); }
    };
    Descriptor fd_;
    std::unique_ptr<SSL, Free> tls_;
    bool tls_wants_write_ = false;
};

}  // namespace refserver::outgoing_mail
