#include "client/wire.h"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace smtpspec::client {

namespace {
constexpr std::size_t most_unread = std::size_t{256} * 1024;
constexpr Milliseconds loopback_delay{5};
}  // namespace

Wire::Wire(Connected&& connected)
    : socket_(std::move(connected.socket)),
      local_(connected.local.text()),
      peer_(connected.peer.text()),
      loopback_(connected.peer.is_loopback()),
      peer_queue_(connected.local, connected.peer),
      came_from_elsewhere_(connected.came_from_elsewhere),
      broken_(connected.reset_already) {}

Wire Wire::open(const std::string& from, const std::string& host, std::uint16_t port, const Patience& patience) {
    return Wire(connect(from, host, port, patience));
}

bool Wire::room() const {
    return unread_.size() - start_ < most_unread;
}

bool Wire::wait(short events, int wait_ms) {
    pollfd waiting{socket_.get(), events, 0};
    return ::poll(&waiting, 1, wait_ms) > 0;
}

void Wire::receive() {
    if (end_ != End::none || !socket_) return;
    unread_.erase(0, std::exchange(start_, 0));
    char buffer[16 * 1024];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got > 0) {
        const std::string_view octets(buffer, static_cast<std::size_t>(got));
        tls_ ? take_tls_input(octets) : void(unread_.append(octets));
    } else if (got == 0) {
        // After a write that met a RST the kernel reports the end as if it were a FIN.
        end_ = broken_ ? End::reset : End::closed;
    } else if (errno != EAGAIN && errno != EINTR) {
        end_ = End::reset;
    }
}

void Wire::take_tls_input(std::string_view ciphertext) {
    tls_->feed(ciphertext);
    const auto step = tls_->read(unread_);
    if (step == TlsSession::Step::closed) {
        end_ = End::closed;
        close_alert_ = true;
    }
    if (step == TlsSession::Step::failed) end_ = End::garbled;
    const std::string answer = tls_->take_output();
    if (!answer.empty()) ::send(socket_.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

Wire::Sent Wire::push(std::string_view octets, Milliseconds patience, const std::atomic<bool>* cancelled) {
    Patience left(patience, cancelled);
    while (!octets.empty() && !broken_) {
        const ssize_t taken = ::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (taken > 0) {
            octets.remove_prefix(static_cast<std::size_t>(taken));
            left = Patience(patience, cancelled);
        } else if (errno == EAGAIN || errno == EINTR) {
            const int wait_ms = left.poll_ms();
            if (wait_ms == 0) return Sent::late;
            const bool listen = room() && end_ == End::none;
            if (wait(listen ? POLLIN | POLLOUT : POLLOUT, wait_ms) && listen) receive();
        } else {
            // EPIPE follows a RST that was met before, or a close of our own.
            broken_ = true;
        }
    }
    return broken_ ? Sent::broken : Sent::all;
}

Wire::Sent Wire::send(std::string_view octets, Milliseconds patience, const std::atomic<bool>* cancelled) {
    if (!socket_) return Sent::broken;
    if (!tls_) return push(octets, patience, cancelled);
    constexpr std::size_t portion = std::size_t{64} * 1024;
    for (std::size_t at = 0; at < octets.size(); at += portion) {
        if (tls_->write(octets.substr(at, portion)) != TlsSession::Step::done) return Sent::broken;
        const Sent sent = push(tls_->take_output(), patience, cancelled);
        if (sent != Sent::all) return sent;
    }
    return Sent::all;
}

bool Wire::untaken() {
    if (loopback_) {
        if (const auto unread = peer_queue_.unread()) return *unread > 0;
    }
    int unacknowledged = 0;
    return ::ioctl(socket_.get(), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0;
}

void Wire::await_taken(const Patience& patience) {
    const Patience shorter(loopback_delay);
    while (socket_ && !broken_ && untaken()) {
        if (patience.poll_ms() == 0 || (loopback_ && shorter.over())) return;
        std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
}

Input Wire::read_line(Line& line, std::size_t limit, const Patience& patience) {
    std::size_t searched = 0;  // of what is unread
    while (true) {
        const std::size_t found = unread_.find('\n', start_ + searched);
        if (found != std::string::npos && found - start_ < limit) {
            const bool cr = found > start_ && unread_[found - 1] == '\r';
            line.octets = unread_.substr(start_, found - start_ - (cr ? 1 : 0));
            line.terminator = cr ? Terminator::crlf : Terminator::lf;
            start_ = found + 1;
            return Input::line;
        }
        if (unread_.size() - start_ >= limit) return Input::too_long;
        if (end_ != End::none || !socket_) break;
        searched = unread_.size() - start_;
        const int wait_ms = patience.poll_ms();
        if (wait(POLLIN, wait_ms)) receive();
        // Records of TLS can come without end and hold nothing.
        if (wait_ms == 0 && unread_.size() - start_ == searched && end_ == End::none) return Input::late;
    }
    if (has_unread()) {
        line.octets = take_unread();
        line.terminator = Terminator::none;
        return Input::line;
    }
    if (end_ == End::garbled) return Input::garbled;
    return end_ == End::reset ? Input::reset : Input::closed;
}

bool Wire::has_news() {
    if (!has_unread()) receive();
    return has_unread() || end_ != End::none;
}

std::string Wire::take_unread() {
    std::string result = unread_.substr(start_);
    unread_.clear();
    start_ = 0;
    return result;
}

std::string Wire::start_tls(const Patience& patience, ClearOctets clear, const TlsDemands& demands) {
    if (has_unread()) {
        if (clear == ClearOctets::refuse) throw TlsFailed("octets in clear came after the reply to STARTTLS");
        take_unread();
    }
    auto session = std::make_unique<TlsSession>(demands);
    while (true) {
        const auto step = session->handshake();
        const std::string flight = session->take_output();
        if (!flight.empty() && push(flight, Milliseconds(std::max(1, patience.poll_ms())), nullptr) == Sent::late) {
            throw TlsFailed("the server does not take what the handshake needs to send");
        }
        if (step == TlsSession::Step::done) break;
        if (step != TlsSession::Step::needs_input) throw TlsFailed("the handshake failed: " + session->error());
        const int wait_ms = patience.poll_ms();
        // Also where the server never stops talking: records can be many and lead nowhere.
        if (wait_ms == 0) throw TlsFailed("the handshake was not finished in time");
        if (wait(POLLIN, wait_ms)) receive();
        if (end_ != End::none) throw TlsFailed("the server ended the connection during the handshake");
        if (has_unread()) session->feed(take_unread());
    }
    tls_ = std::move(session);
    // What came along with the last flight of the handshake is inside it already.
    take_tls_input({});
    return tls_->description();
}

void Wire::half_close() {
    if (!socket_) return;
    if (tls_) {
        tls_->say_goodbye();
        push(tls_->take_output(), Milliseconds(1000), nullptr);
    }
    ::shutdown(socket_.get(), SHUT_WR);
}

void Wire::close() {
    if (tls_ && socket_ && end_ == End::none) {
        tls_->say_goodbye();
        const std::string goodbye = tls_->take_output();
        ::send(socket_.get(), goodbye.data(), goodbye.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    socket_.reset();
}

void Wire::abort() {
    if (!socket_) return;
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
}

}  // namespace smtpspec::client
