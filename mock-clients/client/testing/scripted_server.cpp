#include "client/testing/scripted_server.h"

#include "client/endpoint.h"

#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace smtpspec::client::testing {

namespace {

Descriptor listener_on(const char* address, std::uint16_t& port) {
    const Endpoint wanted = resolve(address, 0).front();
    Descriptor listener(::socket(wanted.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener.get(), wanted.get(), wanted.length) != 0 || ::listen(listener.get(), 64) != 0) {
        throw std::runtime_error("no listener for the test");
    }
    Endpoint bound;
    bound.length = sizeof bound.storage;
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&bound.storage), &bound.length);
    const std::string text = bound.text();
    port = static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1)));
    return listener;
}

}  // namespace

bool Peer::say(std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t sent = ::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Peer::receive() {
    char buffer[16 * 1024];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    unread_.append(buffer, static_cast<std::size_t>(got));
    return true;
}

std::string Peer::line() {
    return read_until("\n");
}

std::string Peer::read_until(std::string_view text) {
    std::size_t found = std::string::npos;
    while ((found = text.empty() ? std::string::npos : unread_.find(text)) == std::string::npos && receive()) {
    }
    const std::size_t length = found == std::string::npos ? unread_.size() : found + text.size();
    std::string result = unread_.substr(0, length);
    unread_.erase(0, length);
    return result;
}

void Peer::half_close() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void Peer::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
}

ScriptedServer::ScriptedServer(Behaviour behaviour, const char* address)
    : behaviour_(std::move(behaviour)), listener_(listener_on(address, port_)), acceptor_([this] { accept_all(); }) {}

void ScriptedServer::accept_all() {
    while (true) {
        const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ++connections_;
        const std::lock_guard lock(mutex_);
        Peer* peer = peers_.emplace_back(std::make_unique<Peer>(fd)).get();
        threads_.emplace_back([this, peer] {
            behaviour_(*peer);
            const std::lock_guard again(mutex_);
            *peer = Peer(-1);
        });
    }
}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const auto& peer : peers_) ::shutdown(peer->fd(), SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
}

std::uint16_t dead_port() {
    std::uint16_t port = 0;
    // Closed again at once: nobody gets the same one soon, since the kernel chooses at random.
    listener_on("127.0.0.1", port);
    return port;
}

}  // namespace smtpspec::client::testing
