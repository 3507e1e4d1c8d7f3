#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace smtpspec::sink {

/// The server's side of TLS 1.2 or later with a certificate. Throws std::runtime_error when the files cannot be used.
class TlsServerContext {
public:
    TlsServerContext(const std::string& certificate, const std::string& private_key);
    SSL_CTX* get() const { return context_.get(); }

private:
    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, Free> context_;
};

/// One TLS connection without I/O.
class TlsChannel {
public:
    explicit TlsChannel(const TlsServerContext&);

    /// Takes octets from the network and yields what they say; sets failed() when they are no TLS.
    std::string decrypt(std::string_view from_network);
    void encrypt(std::string_view plain);
    /// Says that nothing more comes (close_notify).
    void close();
    std::string take_output();
    bool established() const { return SSL_is_init_finished(ssl_.get()) != 0; }
    bool failed() const { return failed_; }

private:
    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    std::unique_ptr<SSL, Free> ssl_;
    BIO* from_network_;  ///< both belong to ssl_
    BIO* to_network_;
    bool failed_ = false;
};

}  // namespace smtpspec::sink
