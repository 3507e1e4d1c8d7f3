#include "runner/network.h"

#include "runner/tls_probe.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace smtpspec::runner {
namespace {

using Clock = std::chrono::steady_clock;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress address_of(const std::string& ip, std::uint16_t port) {
    SocketAddress out;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
    if (inet_pton(AF_INET, ip.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        out.length = sizeof(sockaddr_in);
    } else if (inet_pton(AF_INET6, ip.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        out.length = sizeof(sockaddr_in6);
    }
    return out;
}

int milliseconds_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(left < 0 ? 0 : left);
}

bool readable(int fd, Clock::time_point deadline, int until) {
    pollfd entries[2] = {{fd, POLLIN, 0}, {until, POLLIN, 0}};  // A negative descriptor is passed over.
    return ::poll(entries, 2, milliseconds_until(deadline)) > 0 && entries[0].revents != 0;
}

UniqueFd connected(const Endpoint& to, Clock::time_point deadline) {
    const SocketAddress peer = address_of(to.address, to.port);
    UniqueFd socket(::socket(peer.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) {
        return {};
    }
    if (to.address.starts_with("127.")) {
        const SocketAddress from = address_of("127.0.0.10", 0);
        // Where the address cannot be had, any other will do.
        static_cast<void>(::bind(socket.get(), from.get(), from.length));
    }
    if (::connect(socket.get(), peer.get(), peer.length) != 0) {
        pollfd entry{socket.get(), POLLOUT, 0};
        int error = 0;
        socklen_t length = sizeof error;
        if (errno != EINPROGRESS || ::poll(&entry, 1, milliseconds_until(deadline)) <= 0 ||
            getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0) {
            return {};
        }
    }
    return socket;
}

/// Reads until the first line is complete or, without `one_line`, to the end. `ended` tells of the end.
std::string received(int fd, Clock::time_point deadline, int until, bool one_line, bool& ended) {
    std::string out;
    char buffer[4096];
    while (out.size() < 65536 && !(one_line && out.find('\n') != std::string::npos)) {
        if (!readable(fd, deadline, until)) {
            return out;
        }
        const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
        if (count > 0) {
            out.append(buffer, static_cast<std::size_t>(count));
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            ended = true;
            return out;
        }
    }
    return out;
}

}  // namespace

std::string connect_address(const std::string& listen_ip) {
    if (listen_ip.empty() || listen_ip == "0.0.0.0" || listen_ip == "*") {
        return "127.0.0.1";
    }
    if (listen_ip == "::") {
        return "::1";
    }
    if (address_of(listen_ip, 0).length != 0) {
        return listen_ip;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(listen_ip.c_str(), nullptr, &hints, &found); error != 0) {
        if (listen_ip == "localhost") {
            return "127.0.0.1";  // RFC 6761, section 6.3
        }
        throw std::runtime_error("cannot resolve " + listen_ip + ": " + gai_strerror(error));
    }
    char text[INET6_ADDRSTRLEN] = "";
    const addrinfo* chosen = found;
    while (chosen != nullptr && chosen->ai_family != AF_INET) {
        chosen = chosen->ai_next;
    }
    chosen = chosen != nullptr ? chosen : found;
    getnameinfo(chosen->ai_addr, chosen->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
    return text;
}

Probe probe(const Endpoint& to, Clock::time_point deadline, int until) {
    const UniqueFd socket = connected(to, deadline);
    if (!socket) {
        return {Greeting::refused, ""};
    }
    if (to.implicit_tls) {
        return {tls_greets(socket.get(), deadline, until) ? Greeting::ready : Greeting::closed, ""};
    }
    bool ended = false;
    const std::string greeting = received(socket.get(), deadline, until, true, ended);
    const std::string line = greeting.substr(0, greeting.find_first_of("\r\n"));
    if (!ended && greeting.find('\n') == std::string::npos) {
        return {Greeting::silent, line};
    }
    if (greeting.starts_with("220") && !ended) {
        ::send(socket.get(), "QUIT\r\n", 6, MSG_NOSIGNAL);
    }
    const auto patience = std::min(deadline, Clock::now() + std::chrono::seconds(1));
    if (!ended) {
        received(socket.get(), patience, until, false, ended);
    }
    return {greeting.starts_with("220") ? Greeting::ready : Greeting::closed, line};
}

}  // namespace smtpspec::runner
