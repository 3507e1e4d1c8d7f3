#include "sink/sockets.h"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace smtpspec::sink {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Descriptor bound_socket(int type, const std::string& address, std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) fail("socket");
    // Listening again must not wait for what is left of earlier connections.
    constexpr int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &where.sin_addr) != 1) {
        throw std::system_error(EINVAL, std::generic_category(), address);
    }
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        fail("bind " + address + ":" + std::to_string(port));
    }
    return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&where), &size) != 0) fail("getsockname");
    return ntohs(where.sin_port);
}

void listen_on(const Descriptor& socket) {
    if (::listen(socket.get(), SOMAXCONN) != 0) fail("listen");
}

Descriptor accept_from(const Descriptor& socket) {
    Descriptor accepted(::accept4(socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    // A reply behind the tickets of a TLS handshake would wait for the peer's delayed acknowledgement of those.
    constexpr int on = 1;
    ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return accepted;
}

Waker::Waker() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!descriptor_) fail("eventfd");
}

void Waker::wake() const {
    const std::uint64_t one = 1;
    // A full counter has woken the thread already.
    [[maybe_unused]] const ssize_t written = ::write(descriptor_.get(), &one, sizeof one);
}

void Waker::clear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(descriptor_.get(), &count, sizeof count);
}

}  // namespace smtpspec::sink
