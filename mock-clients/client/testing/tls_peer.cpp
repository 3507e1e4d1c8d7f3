#include "client/testing/tls_peer.h"

#include <csignal>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace smtpspec::client::testing {

namespace {

SSL_CTX* context() {
    static SSL_CTX* const shared = [] {
        // OpenSSL writes without MSG_NOSIGNAL.
        std::signal(SIGPIPE, SIG_IGN);
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* certificate = X509_new();
        X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_sign(certificate, key, EVP_sha256());
        SSL_CTX* made = SSL_CTX_new(TLS_server_method());
        if (SSL_CTX_use_certificate(made, certificate) != 1 || SSL_CTX_use_PrivateKey(made, key) != 1) {
            throw std::runtime_error("no certificate for the test");
        }
        X509_free(certificate);
        EVP_PKEY_free(key);
        return made;
    }();
    return shared;
}

}  // namespace

struct TlsPeer::Handle {
    explicit Handle(int fd) : ssl(SSL_new(context())) { SSL_set_fd(ssl, fd); }
    ~Handle() { SSL_free(ssl); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    SSL* ssl;
};

TlsPeer::TlsPeer(Peer& peer, Wants wants) : handle_(std::make_unique<Handle>(peer.fd())) {
    if (wants == Wants::certificate) SSL_set_verify(handle_->ssl, SSL_VERIFY_PEER, nullptr);
}
TlsPeer::~TlsPeer() = default;

bool TlsPeer::handshake() {
    return SSL_accept(handle_->ssl) == 1;
}

bool TlsPeer::say(std::string_view octets) {
    return SSL_write(handle_->ssl, octets.data(), static_cast<int>(octets.size())) > 0;
}

std::string TlsPeer::line() {
    std::string result;
    char octet = 0;
    while (!result.ends_with('\n') && SSL_read(handle_->ssl, &octet, 1) == 1) result += octet;
    return result;
}

void TlsPeer::say_goodbye() {
    SSL_shutdown(handle_->ssl);
}

}  // namespace smtpspec::client::testing
