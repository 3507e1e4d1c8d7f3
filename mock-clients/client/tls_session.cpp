#include "client/tls_session.h"

#include <array>
#include <stdexcept>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace smtpspec::client {

namespace {

struct ContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

struct CertificateDeleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

/// OpenSSL calls it only when the server asks for a certificate.
int note_request(SSL*, void* asked) {
    *static_cast<bool*>(asked) = true;
    return 1;
}

SSL_CTX* shared_context() {
    static const std::unique_ptr<SSL_CTX, ContextDeleter> context = [] {
        std::unique_ptr<SSL_CTX, ContextDeleter> made(SSL_CTX_new(TLS_client_method()));
        if (!made) throw std::runtime_error("OpenSSL has no TLS client");
        SSL_CTX_set_verify(made.get(), SSL_VERIFY_NONE, nullptr);
        // A peer that closes without close_notify is judged like one that closes in clear.
        SSL_CTX_set_options(made.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
        return made;
    }();
    return context.get();
}

}  // namespace

struct TlsSession::Handle {
    Handle() : ssl(SSL_new(shared_context())) {
        if (!ssl) throw std::runtime_error("OpenSSL has no memory for a session");
        input = BIO_new(BIO_s_mem());
        output = BIO_new(BIO_s_mem());
        SSL_set_bio(ssl, input, output);
        SSL_set_connect_state(ssl);
    }
    ~Handle() { SSL_free(ssl); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    SSL* ssl;
    BIO* input = nullptr;   // owned by ssl
    BIO* output = nullptr;  // owned by ssl
    bool asked_for_certificate = false;
};

TlsSession::TlsSession(const TlsDemands& demands) : handle_(std::make_unique<Handle>()), demands_(demands) {
    if (!demands.name.empty()) SSL_set_tlsext_host_name(handle_->ssl, demands.name.c_str());
    if (demands.anonymous) {
        SSL_set_cert_cb(handle_->ssl, note_request, &handle_->asked_for_certificate);
    }
    constexpr std::array<std::pair<std::string_view, int>, 4> versions{
        {{"1.0", TLS1_VERSION}, {"1.1", TLS1_1_VERSION}, {"1.2", TLS1_2_VERSION}, {"1.3", TLS1_3_VERSION}}};
    for (const auto& [name, number] : versions) {
        if (name != demands.version) continue;
        // What is old is offered in earnest, so that it is the server that refuses it.
        if (number < TLS1_2_VERSION) {
            SSL_set_security_level(handle_->ssl, 0);
            SSL_set_cipher_list(handle_->ssl, "ALL");
        }
        SSL_set_min_proto_version(handle_->ssl, number);
        SSL_set_max_proto_version(handle_->ssl, number);
    }
}
TlsSession::~TlsSession() = default;

void TlsSession::feed(std::string_view ciphertext) {
    BIO_write(handle_->input, ciphertext.data(), static_cast<int>(ciphertext.size()));
}

std::string TlsSession::take_output() {
    std::string result(BIO_ctrl_pending(handle_->output), '\0');
    if (!result.empty()) BIO_read(handle_->output, result.data(), static_cast<int>(result.size()));
    return result;
}

TlsSession::Step TlsSession::step_of(int result) {
    if (result > 0) return Step::done;
    switch (SSL_get_error(handle_->ssl, result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return Step::needs_input;
        case SSL_ERROR_ZERO_RETURN:
            return Step::closed;
        default:
            char text[256] = "unknown";
            if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
            error_ = text;
            return Step::failed;
    }
}

TlsSession::Step TlsSession::handshake() {
    ERR_clear_error();
    const Step step = step_of(SSL_do_handshake(handle_->ssl));
    return step == Step::done && !demands_met() ? Step::failed : step;
}

bool TlsSession::demands_met() {
    if (handle_->asked_for_certificate) error_ = "the server asks for a certificate of the client's";
    if (!demands_.name.empty()) {
        const std::unique_ptr<X509, CertificateDeleter> certificate(SSL_get1_peer_certificate(handle_->ssl));
        if (!certificate ||
            X509_check_host(certificate.get(), demands_.name.data(), demands_.name.size(), 0, nullptr) != 1) {
            error_ = "the server's certificate is not for " + demands_.name;
        } else if (X509_cmp_current_time(X509_get0_notBefore(certificate.get())) > 0 ||
                   X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0) {
            error_ = "the server's certificate is not valid today";
        }
    }
    return error_.empty();
}

TlsSession::Step TlsSession::write(std::string_view plain) {
    if (plain.empty()) return Step::done;
    ERR_clear_error();
    return step_of(SSL_write(handle_->ssl, plain.data(), static_cast<int>(plain.size())));
}

TlsSession::Step TlsSession::read(std::string& plain) {
    char buffer[16 * 1024];
    while (true) {
        ERR_clear_error();
        const int got = SSL_read(handle_->ssl, buffer, sizeof buffer);
        if (got <= 0) return step_of(got);
        plain.append(buffer, static_cast<std::size_t>(got));
    }
}

void TlsSession::say_goodbye() {
    ERR_clear_error();
    SSL_shutdown(handle_->ssl);
}

std::string TlsSession::description() const {
    return std::string(SSL_get_version(handle_->ssl)) + " " + SSL_get_cipher_name(handle_->ssl);
}

}  // namespace smtpspec::client
