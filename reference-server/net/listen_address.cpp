#include "net/listen_address.h"

#include "net/socket_address.h"

#include <cerrno>
#include <chrono>
#include <future>
#include <memory>
#include <system_error>
#include <thread>

#include <Poco/Net/NetException.h>
#include <fcntl.h>
#include <netdb.h>

namespace refserver::net {
namespace {

constexpr int backlog = 4096;
constexpr std::chrono::milliseconds longest_lookup{1500};

std::string cause(int error) {
    switch (error) {
        case EADDRINUSE:
            return "the port is in use";
        case EADDRNOTAVAIL:
            return "the address is not assigned to this computer";
        case EACCES:
        case EPERM:
            return "the port needs privileges (root or CAP_NET_BIND_SERVICE); ports from 1024 on do not";
        default:
            return std::generic_category().message(error);
    }
}

[[noreturn]] void fail(int error) {
    const bool port = error == EADDRINUSE || error == EACCES || error == EPERM;
    throw ListenError(port ? ListenError::About::port : ListenError::About::address, cause(error));
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

struct Lookup {
    std::optional<access::IpAddress> address;
    std::string reason;
};

/// The first IPv4 address of the name; without one, the first of any kind. `localhost` is loopback even where nothing
/// tells so (RFC 6761 section 6.3).
Lookup look_up(const std::string& name) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &found); error != 0) {
        if (name == "localhost") return {access::IpAddress::parse("127.0.0.1"), {}};
        return {std::nullopt, error == EAI_SYSTEM ? std::generic_category().message(errno) : ::gai_strerror(error)};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    const addrinfo* chosen = found;
    while (chosen && chosen->ai_family != AF_INET) chosen = chosen->ai_next;
    return {ip_address(*(chosen ? chosen : found)->ai_addr), {}};
}

}  // namespace

std::optional<access::IpAddress> resolve_listen_address(const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (const auto address = access::IpAddress::parse(text)) return address;

    // getaddrinfo knows no limit of its own: its thread may outlive this call.
    auto answer = std::make_shared<std::promise<Lookup>>();
    auto result = answer->get_future();
    std::thread([text, answer] { answer->set_value(look_up(text)); }).detach();
    if (result.wait_for(longest_lookup) != std::future_status::ready) {
        throw ListenError(ListenError::About::address, "the host name could not be looked up in time");
    }
    const Lookup found = result.get();
    if (!found.address) {
        throw ListenError(ListenError::About::address, "the host name has no address: " + found.reason);
    }
    return found.address;
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
        throw ListenError(ListenError::About::address, e.displayText());
    }
    return socket;
}

}  // namespace refserver::net
