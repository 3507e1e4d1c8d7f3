#include "outgoing-mail/stream.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

namespace refserver::outgoing_mail {

namespace {

[[noreturn]] void fail(const std::string& what, int error) {
    throw StreamError(what + ": " + std::generic_category().message(error));
}

std::string openssl_reason() {
    const auto code = ERR_peek_last_error();
    const char* reason = code ? ERR_reason_error_string(code) : nullptr;
    return reason ? reason : "connection closed";
}

}  // namespace

SSL_CTX* TlsClient::get() const {
    std::call_once(made_, [this] {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        if (!context_) throw StreamError("OpenSSL: " + openssl_reason());
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
        SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        // Many hosts close without close_notify after QUIT.
        SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    });
    return context_.get();
}

X509_STORE* TlsClient::trusted() const {
    std::call_once(read_, [this] {
        trusted_.reset(X509_STORE_new());
        if (!trusted_ || X509_STORE_set_default_paths(trusted_.get()) != 1)
            throw StreamError("OpenSSL: " + openssl_reason());
    });
    return trusted_.get();
}

Stream Stream::connect(const Poco::Net::SocketAddress& address, SteadyTime deadline, const StopSignal& stop) {
    const std::string what = "connect to " + address.toString();
    Descriptor fd{::socket(address.af(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) fail(what, errno);
    if (::connect(fd.get(), address.addr(), address.length()) != 0 && errno != EINPROGRESS) fail(what, errno);
    switch (wait_for(fd.get(), POLLOUT, deadline, stop, true)) {
        case Wake::ready:
            break;
        case Wake::timeout:
            fail(what, ETIMEDOUT);
        case Wake::stopped:
            throw StreamError(what + ": the service stops");
    }
    // The end of a mail is a small write behind a big one: it must not wait for an acknowledgement.
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) fail(what, error);
    return Stream{std::move(fd)};
}

short Stream::wanted(bool has_output) const {
    return static_cast<short>(POLLIN | (has_output || tls_wants_write_ ? POLLOUT : 0));
}

std::optional<std::size_t> Stream::tls_result(int result, bool reading) {
    if (result > 0) return static_cast<std::size_t>(result);
    switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return std::nullopt;
        case SSL_ERROR_WANT_WRITE:
            tls_wants_write_ = true;
            return std::nullopt;
        case SSL_ERROR_ZERO_RETURN:
            if (reading) return 0;
            throw StreamError("the next hop closed the TLS connection");
        default:
            throw StreamError("TLS: " + openssl_reason());
    }
}

std::optional<std::size_t> Stream::read_some(std::span<char> buffer) {
    if (tls_) {
        ERR_clear_error();
        tls_wants_write_ = false;
        return tls_result(SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size())), true);
    }
    const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EAGAIN || errno == EINTR) return std::nullopt;
    fail("connection lost", errno);
}

std::optional<std::size_t> Stream::write_some(std::string_view octets) {
    if (tls_) {
        ERR_clear_error();
        const auto length = static_cast<int>(std::min<std::size_t>(octets.size(), 1 << 20));
        return tls_result(SSL_write(tls_.get(), octets.data(), length), false);
    }
    const ssize_t n = ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EAGAIN || errno == EINTR) return std::nullopt;
    fail("connection lost", errno);
}

void Stream::start_tls(const TlsClient& client, const std::string& server_name, SteadyTime deadline,
                       const StopSignal& stop) {
    tls_.reset(SSL_new(client.get()));
    if (!tls_ || SSL_set_fd(tls_.get(), fd_.get()) != 1) throw StreamError("TLS: " + openssl_reason());
    in6_addr address;
    const bool is_address = ::inet_pton(AF_INET, server_name.c_str(), &address) == 1 ||
                            ::inet_pton(AF_INET6, server_name.c_str(), &address) == 1;
    if (!is_address) SSL_set_tlsext_host_name(tls_.get(), server_name.c_str());
    while (true) {
        ERR_clear_error();
        const int result = SSL_connect(tls_.get());
        if (result == 1) return;
        const int error = SSL_get_error(tls_.get(), result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
            throw StreamError("TLS handshake: " + openssl_reason());
        const short events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        if (wait_for(fd_.get(), events, deadline, stop, true) != Wake::ready)
            throw StreamError("TLS handshake: no answer");
    }
}

void Stream::finish() {
    if (!tls_) return;
    ERR_clear_error();
    ::SSL_shutdown(tls_.get());
}

bool Stream::verified_for(const TlsClient& client, const std::string& name) const {
    X509* certificate = tls_ ? SSL_get0_peer_certificate(tls_.get()) : nullptr;
    if (!certificate || (X509_check_host(certificate, name.data(), name.size(), 0, nullptr) != 1 &&
                         X509_check_ip_asc(certificate, name.c_str(), 0) != 1))
        return false;
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> chain{X509_STORE_CTX_new(),
                                                                                &X509_STORE_CTX_free};
    return chain &&
           X509_STORE_CTX_init(chain.get(), client.trusted(), certificate, SSL_get_peer_cert_chain(tls_.get())) == 1 &&
           X509_STORE_CTX_set_default(chain.get(), "ssl_server") == 1 && X509_verify_cert(chain.get()) == 1;
}

}  // namespace refserver::outgoing_mail
