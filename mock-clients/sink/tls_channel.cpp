#include "sink/tls_channel.h"

#include <array>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/err.h>

namespace smtpspec::sink {

TlsServerContext::TlsServerContext(const std::string& certificate, const std::string& private_key)
    : context_(SSL_CTX_new(TLS_server_method())) {
    if (!context_) throw std::runtime_error("the sink cannot use TLS");
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    if (SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str()) != 1) {
        throw std::runtime_error("the sink's certificate cannot be used: " + certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(context_.get(), private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context_.get()) != 1) {
        throw std::runtime_error("the sink's private key cannot be used: " + private_key);
    }
}

TlsChannel::TlsChannel(const TlsServerContext& context)
    : ssl_(SSL_new(context.get())), from_network_(BIO_new(BIO_s_mem())), to_network_(BIO_new(BIO_s_mem())) {
    if (!ssl_) throw std::runtime_error("the sink cannot use TLS");
    SSL_set_bio(ssl_.get(), from_network_, to_network_);
    SSL_set_accept_state(ssl_.get());
}

std::string TlsChannel::decrypt(std::string_view from_network) {
    if (!from_network.empty()) BIO_write(from_network_, from_network.data(), static_cast<int>(from_network.size()));
    std::string plain;
    std::array<char, 16'384> buffer{};
    while (true) {
        ERR_clear_error();
        const int size = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (size > 0) {
            plain.append(buffer.data(), static_cast<std::size_t>(size));
            continue;
        }
        failed_ = SSL_get_error(ssl_.get(), size) != SSL_ERROR_WANT_READ;
        return plain;
    }
}

void TlsChannel::encrypt(std::string_view plain) {
    // To memory, so all of it goes at once.
    if (!plain.empty() && SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) <= 0) failed_ = true;
}

void TlsChannel::close() {
    SSL_shutdown(ssl_.get());
}

std::string TlsChannel::take_output() {
    std::string output(BIO_ctrl_pending(to_network_), '\0');
    if (!output.empty()) BIO_read(to_network_, output.data(), static_cast<int>(output.size()));
    return output;
}

}  // namespace smtpspec::sink
