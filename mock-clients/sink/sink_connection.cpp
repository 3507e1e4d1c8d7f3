#include "sink/sink_connection.h"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace smtpspec::sink {

SinkConnection::SinkConnection(Descriptor socket, SinkWorld& world, const TlsServerContext* context,
                               std::string came_to)
    : socket_(std::move(socket)), tls_context_(context), session_(world, std::move(came_to)) {
    take_session_output();
    send();
}

void SinkConnection::serve() {
    std::array<char, 65'536> buffer;
    // A client that does not read its replies is not listened to either.
    while (!over_ && to_send_.empty() && session_.next() != SinkSession::Next::close) {
        const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) break;
        if (size <= 0) {
            over_ = true;
            return;
        }
        receive({buffer.data(), static_cast<std::size_t>(size)});
        send();
    }
    send();
}

void SinkConnection::receive(std::string_view octets) {
    if (session_.next() == SinkSession::Next::refuse_tls) {
        session_.receive(octets);  // for the record
        over_ = true;
        return;
    }
    if (!tls_) {
        session_.receive(octets);
        take_session_output();
        if (session_.next() == SinkSession::Next::start_tls) tls_.emplace(*tls_context_);
        return;
    }
    const std::string plain = tls_->decrypt(octets);
    if (tls_->established() && !std::exchange(handshake_done_, true)) session_.tls_started();
    if (!plain.empty()) session_.receive(plain);
    take_session_output();
    over_ = over_ || tls_->failed();
}

void SinkConnection::take_session_output() {
    const std::string output = session_.take_output();
    if (!tls_) {
        to_send_ += output;
        return;
    }
    tls_->encrypt(output);
    if (session_.next() == SinkSession::Next::close) tls_->close();
    to_send_ += tls_->take_output();
}

void SinkConnection::send() {
    while (!to_send_.empty()) {
        const ssize_t sent = ::send(socket_.get(), to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            over_ = over_ || (errno != EAGAIN && errno != EINTR);
            return;
        }
        to_send_.erase(0, static_cast<std::size_t>(sent));
    }
    over_ = over_ || session_.next() == SinkSession::Next::close;
}

}  // namespace smtpspec::sink
