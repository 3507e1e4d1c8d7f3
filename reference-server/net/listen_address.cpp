#include "net/listen_address.h"

#include "net/socket_address.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <Poco/Net/NetException.h>
#include <fcntl.h>
#include <netdb.h>

namespace refserver::net {
namespace {

constexpr int backlog = 1024;

std::string cause(int error) {
    switch (error) {
        case EADDRINUSE:
            return "the port is in use";
        case EADDRNOTAVAIL:
            return "the address is not assigned to this computer";
        case EACCES:
        case EPERM:
            return "the port needs privileges";
        default:
            return std::generic_category().message(error);
    }
}

[[noreturn]] void fail(int error) {
    ListenError e(cause(error));
    e.in_use = error == EADDRINUSE;
    throw e;
}

/// SO_REUSEPORT, which Poco sets unless told otherwise, would let two servers share the port without an error.
constexpr bool reuse_address = true;
constexpr bool reuse_port = false;

void bind(Poco::Net::ServerSocket& socket, const std::optional<access::IpAddress>& address, std::uint16_t port) {
    using Poco::Net::SocketAddress;
    if (address && address->is_v4()) {
        socket.bind(SocketAddress(address->to_string(), port), reuse_address, reuse_port);
    } else if (address) {
        socket.bind6(SocketAddress(address->to_string(), port), reuse_address, reuse_port, true);
    } else {
        try {
            socket.bind6(port, reuse_address, reuse_port, false);
        } catch (const Poco::Exception& e) {
            if (e.code() != EAFNOSUPPORT && e.code() != EADDRNOTAVAIL) throw;
            socket.close();
            socket.bind(SocketAddress(SocketAddress::IPv4, port), reuse_address, reuse_port);
        }
    }
}

}  // namespace

std::optional<access::IpAddress> resolve_listen_address(const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (const auto address = access::IpAddress::parse(text)) return address;

    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(text.c_str(), nullptr, &hints, &found); error != 0) {
        const char* reason = error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error);
        throw ListenError(std::string("the host name has no address: ") + reason);
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        if (at->ai_family == AF_INET || at->ai_family == AF_INET6) return ip_address(*at->ai_addr);
    }
    throw ListenError("the host name has no address");
}

Poco::Net::ServerSocket open_listener(const std::optional<access::IpAddress>& address, std::uint16_t port) {
    Poco::Net::ServerSocket socket;
    try {
        bind(socket, address, port);
        ::fcntl(socket.impl()->sockfd(), F_SETFD, FD_CLOEXEC);
        socket.setBlocking(false);
        socket.listen(backlog);
    } catch (const Poco::Exception& e) {
        if (e.code() != 0) fail(e.code());
        throw ListenError(e.displayText());
    }
    return socket;
}

}  // namespace refserver::net
