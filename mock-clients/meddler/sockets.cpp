#include "meddler/sockets.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace smtpspec::meddler {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

Address any_address(int family, std::uint16_t port) {
    Address out;
    out.storage.ss_family = static_cast<sa_family_t>(family);
    out.size = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    return out.with_port(port);
}

Descriptor new_socket(int family) {
    Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) {
        fail("socket");
    }
    // What is passed on must not wait for an acknowledgement. Accepted sockets inherit it.
    constexpr int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

void set(const Descriptor& socket, int level, int option, int value) {
    ::setsockopt(socket.get(), level, option, &value, sizeof value);
}

}  // namespace

std::uint16_t Address::port() const {
    return ntohs(family() == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port
                                      : reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

Address Address::with_port(std::uint16_t port) const {
    Address out = *this;
    (family() == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&out.storage)->sin6_port
                          : reinterpret_cast<sockaddr_in*>(&out.storage)->sin_port) = htons(port);
    return out;
}

std::string Address::text() const {
    char host[NI_MAXHOST] = "";
    ::getnameinfo(get(), size, host, sizeof host, nullptr, 0, NI_NUMERICHOST);
    return host;
}

Address Address::local_of(int socket) {
    Address out;
    out.size = sizeof out.storage;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&out.storage), &out.size) != 0) {
        fail("getsockname");
    }
    return out;
}

Address Address::peer_of(int socket) {
    Address out;
    out.size = sizeof out.storage;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&out.storage), &out.size) != 0) {
        fail("getpeername");
    }
    return out;
}

std::vector<Address> listen_addresses(const std::string& setting, std::uint16_t port) {
    if (setting.empty()) {
        return {any_address(AF_INET, port), any_address(AF_INET6, port)};
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(setting.c_str(), nullptr, &hints, &found) != 0) {
        return {};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    std::vector<Address> out;
    for (const addrinfo* it = found; it; it = it->ai_next) {
        Address address;
        address.size = it->ai_addrlen;
        std::copy_n(reinterpret_cast<const char*>(it->ai_addr), it->ai_addrlen,
                    reinterpret_cast<char*>(&address.storage));
        out.push_back(address.with_port(port));
    }
    return out;
}

Descriptor bound_to(const Address& address) {
    Descriptor socket = new_socket(address.family());
    // Listening again must not wait for what is left of earlier connections.
    set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.family() == AF_INET6) {
        set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
    if (::bind(socket.get(), address.get(), address.size) != 0) {
        fail("bind " + address.text() + " port " + std::to_string(address.port()));
    }
    return socket;
}

Descriptor reserved_port(std::uint16_t& port) {
    // A socket that is bound and does not listen keeps the system from giving the port to a client or to another
    // program, and stands in the way of no listener.
    Descriptor socket = bound_to(any_address(AF_INET, 0));
    port = Address::local_of(socket.get()).port();
    return socket;
}

Descriptor begin_connection(const Address& from, const Address& to) {
    Descriptor socket = new_socket(to.family());
    // The port is chosen when the other end is known: any number of connections can come from one address.
    set(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    const Address source = from.with_port(0);
    if (::bind(socket.get(), source.get(), source.size) != 0) {
        fail("bind " + source.text());
    }
    if (::connect(socket.get(), to.get(), to.size) != 0 && errno != EINPROGRESS) {
        if (errno == ECONNREFUSED) {
            return Descriptor();
        }
        fail("connect to " + to.text() + " port " + std::to_string(to.port()));
    }
    return socket;
}

}  // namespace smtpspec::meddler
