#include "net/connection.h"

#include "net/lingering_close.h"
#include "net/stream_socket.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace refserver::net {
namespace {

constexpr std::size_t most_unsent_while_reading = 64 * 1024;
constexpr std::chrono::seconds limit_of_last_octets{10};

}  // namespace

void Connection::start(EventLoop& loop, Descriptor socket, ConnectionCap::Slot slot,
                       std::unique_ptr<Conversation> conversation) {
    const int fd = socket.get();
    auto connection =
        std::make_unique<Connection>(loop, stream_socket(std::move(socket)), std::move(slot), std::move(conversation));
    Connection& it = *connection;
    try {
        it.token_ = loop.adopt(std::move(connection), fd, EPOLLIN | EPOLLRDHUP);
    } catch (const std::system_error&) {
        return;  // no memory for one more: the client sees a close
    }
    it.conversation_->opened(it);
    it.watch_for_what_matters();
}

Connection::Connection(EventLoop& loop, const Poco::Net::StreamSocket& socket, ConnectionCap::Slot slot,
                       std::unique_ptr<Conversation> conversation)
    : loop_(loop),
      socket_(socket),
      slot_(std::move(slot)),
      deadline_(loop.timers(),
                [this] {
                    if (finishing_) {
                        abandon();
                    } else {
                        conversation_->deadline_passed();
                    }
                }),
      conversation_(std::move(conversation)) {}

Connection::~Connection() = default;

void Connection::ready(std::uint32_t events) {
    // This side is never shut down here, so a hang-up of both sides is a reset.
    if (events & (EPOLLERR | EPOLLHUP)) return lose();
    if (events & EPOLLOUT) flush();
    if (events & (EPOLLIN | EPOLLRDHUP)) {
        if (may_read()) {
            receive((events & EPOLLRDHUP) != 0);
        } else {
            reading_ = false;
        }
    }
    watch_for_what_matters();
}

std::size_t Connection::appetite() const {
    const bool handshake = channel_ && !channel_open_;
    return handshake ? loop_.buffer().size() : conversation_->appetite();
}

bool Connection::may_read() const {
    return !gone_ && !finishing_ && !input_over_ && unsent() <= most_unsent_while_reading && appetite() > 0;
}

void Connection::receive(bool until_the_end) {
    auto& buffer = loop_.buffer();
    // A client that has hung up is read to its end now: its place may be wanted by the next one.
    for (int left = until_the_end ? 16 : 1; left > 0 && may_read(); --left) {
        const ssize_t got =
            ::recv(socket_.impl()->sockfd(), buffer.data(), std::min(buffer.size(), appetite()), MSG_DONTWAIT);
        if (got > 0) {
            take({buffer.data(), static_cast<std::size_t>(got)});
        } else if (got == 0) {
            input_ended();
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            return lose();
        }
    }
}

void Connection::take(std::string_view octets) {
    if (channel_) {
        take_through_channel(octets);
    } else {
        conversation_->received(octets);
    }
}

void Connection::take_through_channel(std::string_view octets) {
    std::string plain;
    const Channel::State state = channel_->receive(octets, plain, output_);
    flush();
    if (state == Channel::State::broken) return lose();
    if (state != Channel::State::handshake && !channel_open_) {
        channel_open_ = true;
        conversation_->encrypted(channel_->version(), channel_->cipher());
    }
    if (!plain.empty() && !finishing_ && !gone_) conversation_->received(plain);
    if (state == Channel::State::closed) input_ended();
}

void Connection::input_ended() {
    if (input_over_ || finishing_ || gone_) return;
    input_over_ = true;
    if (channel_ && !channel_open_) return lose();
    conversation_->end_of_input();
}

void Connection::send(std::string_view octets) {
    if (gone_ || finishing_) return;
    if (channel_open_) {
        channel_->send(octets, output_);
    } else if (!channel_) {
        output_ += octets;
    }
    flush();
    watch_for_what_matters();
}

void Connection::finish(std::string_view last_octets) {
    if (gone_ || finishing_) return;
    if (channel_open_) {
        channel_->send(last_octets, output_);
        channel_->close(output_);
    } else if (!channel_) {  // in the middle of a handshake nothing can be said
        output_ += last_octets;
    }
    finishing_ = true;
    slot_.release();
    deadline_.start(limit_of_last_octets);
    flush();
    watch_for_what_matters();
}

void Connection::flush() {
    if (gone_) return;
    while (unsent() > 0) {
        const ssize_t sent =
            ::send(socket_.impl()->sockfd(), output_.data() + sent_, unsent(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            sent_ += static_cast<std::size_t>(sent);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            return lose();
        }
    }
    sent_ = 0;
    output_.clear();
    // An idle connection keeps no buffer worth mentioning.
    if (output_.capacity() > 1024) output_.shrink_to_fit();
    if (finishing_) close_gracefully();
}

void Connection::close_gracefully() {
    gone_ = true;
    deadline_.cancel();
    loop_.remove(token_);
    if (input_over_) {
        socket_.close();
    } else {
        close_lingering(loop_, socket_);
    }
}

void Connection::start_tls(std::unique_ptr<Channel> channel) {
    channel_ = std::move(channel);
    channel_open_ = false;
    watch_for_what_matters();
}

void Connection::resume_reading() {
    watch_for_what_matters();
}

void Connection::watch_for_what_matters() {
    if (gone_) return;
    if (may_read()) reading_ = true;
    const bool wants_input = reading_ && !input_over_ && !finishing_;
    loop_.change(token_, (wants_input ? EPOLLIN | EPOLLRDHUP : 0U) | (unsent() > 0 ? EPOLLOUT : 0U));
}

void Connection::lose() {
    if (gone_) return;
    const bool in_conversation = !finishing_;
    abandon();
    if (in_conversation) conversation_->lost();
}

void Connection::abandon() {
    if (gone_) return;
    gone_ = true;
    deadline_.cancel();
    slot_.release();
    loop_.remove(token_);
    socket_.close();
}

}  // namespace refserver::net
