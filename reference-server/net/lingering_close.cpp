#include "net/lingering_close.h"

#include <cerrno>
#include <chrono>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace refserver::net {
namespace {

constexpr std::chrono::seconds longest{2};
constexpr std::size_t most_octets = 1024 * 1024;
constexpr int most_on_one_loop = 1024;

/// Each loop has a thread of its own.
thread_local int lingering = 0;

class Lingering final : public Watcher {
public:
    Lingering(EventLoop& loop, const Poco::Net::StreamSocket& socket)
        : loop_(loop), socket_(socket), limit_(loop.timers(), [this] { loop_.remove(token_); }) {
        ++lingering;
    }
    ~Lingering() override {
        --lingering;
        socket_.close();
    }

    void begin(Token token) {
        token_ = token;
        limit_.start(longest);
    }

    void ready(std::uint32_t) override {
        auto& buffer = loop_.buffer();
        const ssize_t got = ::recv(socket_.impl()->sockfd(), buffer.data(), buffer.size(), 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (got > 0) drained_ += static_cast<std::size_t>(got);
        if (got <= 0 || drained_ > most_octets) loop_.remove(token_);
    }

private:
    EventLoop& loop_;
    Poco::Net::StreamSocket socket_;
    Token token_;
    std::size_t drained_ = 0;
    Timer limit_;
};

}  // namespace

void close_lingering(EventLoop& loop, Poco::Net::StreamSocket socket) {
    const int fd = socket.impl()->sockfd();
    if (lingering >= most_on_one_loop || ::shutdown(fd, SHUT_WR) != 0) {
        socket.close();
        return;
    }
    auto watcher = std::make_unique<Lingering>(loop, socket);
    Lingering& it = *watcher;
    it.begin(loop.adopt(std::move(watcher), fd, EPOLLIN | EPOLLRDHUP));
}

}  // namespace refserver::net
