#include "runner/tls_probe.h"

#include <algorithm>
#include <memory>

#include <openssl/ssl.h>
#include <poll.h>

namespace smtpspec::runner {
namespace {

using Clock = std::chrono::steady_clock;

struct Waiting {
    int socket;
    Clock::time_point deadline;
    int until;

    /// Waits for what OpenSSL asks for; false when it is no use.
    bool after(SSL* ssl, int result) const {
        const int error = SSL_get_error(ssl, result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            return false;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd entries[2] = {{socket, static_cast<short>(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0},
                             {until, POLLIN, 0}};
        return ::poll(entries, 2, static_cast<int>(std::max<std::int64_t>(left, 0))) > 0 && entries[0].revents != 0;
    }
};

}  // namespace

bool tls_greets(int socket, Clock::time_point deadline, int until) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
    if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) {
        return false;
    }
    const Waiting waiting{socket, deadline, until};
    for (int result = 0; (result = SSL_connect(ssl.get())) != 1;) {
        if (!waiting.after(ssl.get(), result)) {
            return false;
        }
    }
    char buffer[1024];
    for (int result = 0; (result = SSL_read(ssl.get(), buffer, sizeof buffer)) <= 0;) {
        if (!waiting.after(ssl.get(), result)) {
            return true;  // The handshake is what counts.
        }
    }
    SSL_write(ssl.get(), "QUIT\r\n", 6);
    const Waiting briefly{socket, std::min(deadline, Clock::now() + std::chrono::seconds(1)), until};
    // A server that goes on talking has been heard enough.
    for (int result = 1, rounds = 0; rounds < 64 && (result > 0 || briefly.after(ssl.get(), result)); ++rounds) {
        result = SSL_read(ssl.get(), buffer, sizeof buffer);
    }
    return true;
}

}  // namespace smtpspec::runner
