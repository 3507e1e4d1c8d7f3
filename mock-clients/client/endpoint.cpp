#include "client/endpoint.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

namespace smtpspec::client {

namespace {

std::string error_text(int error) {
    return std::generic_category().message(error);
}

std::optional<Endpoint> origin_for(const std::string& from, const Endpoint& peer, bool& left_to_system) {
    if (from.empty()) return std::nullopt;
    const Endpoint origin = resolve(from, 0).front();
    if (origin.family() == peer.family() && (peer.is_loopback() || !origin.is_loopback())) return origin;
    if (from != default_origin) {
        throw ConnectFailed(ConnectFailed::Why::not_ours, peer.text() + " cannot be reached from " + from);
    }
    left_to_system = true;
    return std::nullopt;
}

void bind_to(int fd, const Endpoint& origin, const std::string& from) {
    const int on = 1;
    // Else each bind takes a port for itself, and a long run uses them up.
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (::bind(fd, origin.get(), origin.length) != 0) {
        throw ConnectFailed(ConnectFailed::Why::not_ours, "cannot come from " + from + ": " + error_text(errno));
    }
}

int outcome_of_connect(int fd, const Endpoint& peer, const Patience& patience) {
    if (::connect(fd, peer.get(), peer.length) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd waiting{fd, POLLOUT, 0};
    while (true) {
        const int wait = patience.poll_ms();
        const int ready = ::poll(&waiting, 1, wait);
        if (ready > 0) break;
        if (wait == 0) return ETIMEDOUT;
    }
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

Connected connect_to(const std::string& from, const Endpoint& peer, const Patience& patience) {
    Connected result;
    const auto origin = origin_for(from, peer, result.came_from_elsewhere);
    result.socket = Descriptor(::socket(peer.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int fd = result.socket.get();
    if (fd < 0) throw ConnectFailed(ConnectFailed::Why::not_ours, "no socket: " + error_text(errno));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (origin) bind_to(fd, *origin, from);
    // A RST that answers a SYN is ECONNREFUSED: this one came after the handshake.
    const int error = outcome_of_connect(fd, peer, patience);
    result.reset_already = error == ECONNRESET;
    if (error != 0 && !result.reset_already) {
        auto why = ConnectFailed::Why::no_answer;
        if (error == ECONNREFUSED) why = ConnectFailed::Why::refused;
        if (error == EADDRNOTAVAIL || error == EMFILE || error == EINVAL) why = ConnectFailed::Why::not_ours;
        throw ConnectFailed(why, peer.text() + ": " + error_text(error));
    }
    result.peer = peer;
    result.local.length = sizeof result.local.storage;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&result.local.storage), &result.local.length);
    return result;
}

}  // namespace

bool Endpoint::is_loopback() const {
    if (family() == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr) != 0;
}

std::string Endpoint::text() const {
    char host[NI_MAXHOST] = "?";
    char service[NI_MAXSERV] = "?";
    ::getnameinfo(get(), length, host, sizeof host, service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV);
    const std::string shown = family() == AF_INET6 ? "[" + std::string(host) + "]" : host;
    return shown + ":" + service;
}

std::vector<Endpoint> resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) throw std::runtime_error("`" + host + "`: " + ::gai_strerror(error));
    std::vector<Endpoint> result;
    for (const addrinfo* one = found; one; one = one->ai_next) {
        Endpoint endpoint;
        std::memcpy(&endpoint.storage, one->ai_addr, one->ai_addrlen);
        endpoint.length = one->ai_addrlen;
        result.push_back(endpoint);
    }
    ::freeaddrinfo(found);
    return result;
}

Connected connect(const std::string& from, const std::string& host, std::uint16_t port, const Patience& patience) {
    auto candidates = resolve(host, port);
    if (!from.empty()) {
        const int family = resolve(from, 0).front().family();
        std::stable_partition(candidates.begin(), candidates.end(),
                              [family](const Endpoint& e) { return e.family() == family; });
    }
    // A name with several addresses: the last failure is no better than the first, which fits the origin best.
    std::optional<ConnectFailed> failure;
    for (const Endpoint& candidate : candidates) {
        try {
            return connect_to(from, candidate, patience);
        } catch (const ConnectFailed& failed) {
            if (!failure) failure = failed;
        }
    }
    throw ConnectFailed(*failure);
}

}  // namespace smtpspec::client
