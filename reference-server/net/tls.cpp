#include "net/tls.h"

#include <array>
#include <new>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace refserver::net {
namespace {

std::string reason() {
    const unsigned long error = ERR_peek_error();
    const char* text = ERR_SYSTEM_ERROR(error) ? nullptr : ERR_reason_error_string(error);
    std::string result = ERR_SYSTEM_ERROR(error) ? "the file cannot be read" : text ? text : "not understood";
    ERR_clear_error();
    return result;
}

/// OpenSSL between two memory buffers: it never touches a socket, so no call of it blocks.
class TlsChannel final : public Channel {
public:
    explicit TlsChannel(SSL_CTX* context) : ssl_(SSL_new(context), &SSL_free) {
        BIO* in = BIO_new(BIO_s_mem());
        BIO* out = BIO_new(BIO_s_mem());
        if (!ssl_ || !in || !out) {
            BIO_free(in);
            BIO_free(out);
            throw std::bad_alloc();
        }
        SSL_set_bio(ssl_.get(), in, out);
        SSL_set_accept_state(ssl_.get());
    }

    State receive(std::string_view octets, std::string& plain, std::string& wire) override {
        // The queue of errors is the thread's: what another connection left there would be taken for this one's.
        ERR_clear_error();
        BIO_write(SSL_get_rbio(ssl_.get()), octets.data(), static_cast<int>(octets.size()));
        const State state = advance(plain);
        take_wire(wire);
        return state;
    }

    void send(std::string_view plain, std::string& wire) override {
        if (plain.empty()) return;
        ERR_clear_error();
        SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
        take_wire(wire);
    }

    void close(std::string& wire) override {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        take_wire(wire);
    }

    std::string version() const override { return SSL_get_version(ssl_.get()); }
    std::string cipher() const override { return SSL_get_cipher_name(ssl_.get()); }

private:
    State advance(std::string& plain) {
        if (!SSL_is_init_finished(ssl_.get())) {
            const int result = SSL_do_handshake(ssl_.get());
            if (result != 1) return wants_more(result) ? State::handshake : State::broken;
        }
        std::array<char, 16 * 1024> buffer;
        while (true) {
            const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
            if (got > 0) {
                plain.append(buffer.data(), static_cast<std::size_t>(got));
            } else if (wants_more(got)) {
                return State::open;
            } else {
                return SSL_get_error(ssl_.get(), got) == SSL_ERROR_ZERO_RETURN ? State::closed : State::broken;
            }
        }
    }

    bool wants_more(int result) const { return SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ; }

    void take_wire(std::string& wire) {
        char* data = nullptr;
        BIO* out = SSL_get_wbio(ssl_.get());
        const long size = BIO_get_mem_data(out, &data);
        wire.append(data, static_cast<std::size_t>(size));
        BIO_reset(out);
    }

    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace

TlsContext::TlsContext(const std::string& certificate_chain, const std::string& private_key, const Adjust& adjust)
    : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    SSL_CTX* context = context_.get();
    if (context == nullptr) throw std::bad_alloc();
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_use_certificate_chain_file(context, certificate_chain.c_str()) != 1) {
        throw TlsError(TlsError::About::certificate, reason());
    }
    if (SSL_CTX_use_PrivateKey_file(context, private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        throw TlsError(TlsError::About::private_key, reason());
    }
    if (adjust) adjust(context);
}

std::unique_ptr<Channel> TlsContext::accept() const {
    return std::make_unique<TlsChannel>(context_.get());
}

}  // namespace refserver::net
