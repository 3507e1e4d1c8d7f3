#include "net/listener.h"

#include "net/socket_address.h"

#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refserver::net {
namespace {

constexpr int batch = 64;
constexpr std::chrono::milliseconds pause_without_descriptors{100};

int open_spare() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

std::uint16_t port_of(const sockaddr_storage& address) {
    return address.ss_family == AF_INET ? ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port)
                                        : ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
}

}  // namespace

Token Listener::start(EventLoop& loop, const Poco::Net::ServerSocket& socket, Handler handler) {
    const int fd = socket.impl()->sockfd();
    auto listener = std::make_unique<Listener>(loop, socket, std::move(handler));
    Listener& it = *listener;
    it.token_ = loop.adopt(std::move(listener), fd, EPOLLIN);
    return it.token_;
}

Listener::Listener(EventLoop& loop, const Poco::Net::ServerSocket& socket, Handler handler)
    : loop_(loop), socket_(socket), handler_(std::move(handler)), spare_(open_spare()), pause_(loop.timers(), [this] {
          loop_.change(token_, EPOLLIN);
      }) {}

Listener::~Listener() {
    if (spare_ >= 0) ::close(spare_);
}

void Listener::ready(std::uint32_t) {
    for (int i = 0; i < batch && accept_one(); ++i) {
    }
}

void Listener::close() {
    while (accept_one()) {
    }
    pause_.cancel();
    loop_.remove(token_);
    socket_.close();
}

bool Listener::accept_one() {
    sockaddr_storage client{};
    socklen_t length = sizeof client;
    auto* const client_address = reinterpret_cast<sockaddr*>(&client);
    const int fd = ::accept4(socket_.impl()->sockfd(), client_address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EINTR || errno == ECONNABORTED) return true;
        if (errno != EAGAIN) pause();
        return false;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Accepted accepted{
        .socket = Descriptor(fd), .client = ip_address(*client_address), .client_port = port_of(client), .server = {}};
    sockaddr_storage server{};
    length = sizeof server;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&server), &length) != 0) return true;
    accepted.server = ip_address(reinterpret_cast<const sockaddr&>(server));
    handler_(std::move(accepted));
    return true;
}

void Listener::pause() {
    if ((errno == EMFILE || errno == ENFILE) && spare_ >= 0) {
        ::close(spare_);
        const int fd = ::accept4(socket_.impl()->sockfd(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) ::close(fd);
        spare_ = open_spare();
    }
    loop_.change(token_, 0);
    pause_.start(pause_without_descriptors);
}

}  // namespace refserver::net
