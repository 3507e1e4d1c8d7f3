#include "runner/ports.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>
#include <random>
#include <stdexcept>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace smtpspec::runner {
namespace {

/// A socket bound to the port on all addresses, IPv4 and IPv6 where there is IPv6; nothing when it is in use.
UniqueFd bound_everywhere(std::uint16_t port) {
    UniqueFd six(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (six) {
        sockaddr_in6 any{};
        any.sin6_family = AF_INET6;
        any.sin6_port = htons(port);
        if (::bind(six.get(), reinterpret_cast<sockaddr*>(&any), sizeof any) == 0) {
            return six;
        }
        if (errno == EADDRINUSE) {
            return {};
        }
    }
    UniqueFd four(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(port);
    return four && ::bind(four.get(), reinterpret_cast<sockaddr*>(&any), sizeof any) == 0 ? std::move(four)
                                                                                          : UniqueFd();
}

constexpr unsigned block_size = 64;
constexpr unsigned lowest = 10000;
/// So many have come back after it when a port is given again: clients of its last server have seen the end by then.
constexpr std::size_t rest = 256;

/// Below it the system gives no port to clients, who would otherwise sit on one just before a server wants it.
unsigned first_client_port() {
    unsigned first = 0;
    std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first;
    return first >= lowest + 1000 && first < 65536 ? first : 65536;
}

}  // namespace

Ports::Ports() : block_count_((first_client_port() - lowest) / block_size), next_block_(std::random_device{}()) {}

std::uint16_t Ports::take() {
    if (const auto port = take_returned(rest)) {
        return *port;
    }
    while (next_ != end_ || take_block()) {
        const auto port = static_cast<std::uint16_t>(next_++);
        if (bound_everywhere(port)) {
            return port;
        }
    }
    if (const auto port = take_returned(0)) {
        return *port;
    }
    throw std::runtime_error("there is no free port from " + std::to_string(lowest) + " to " +
                             std::to_string(lowest + block_count_ * block_size - 1));
}

std::optional<std::uint16_t> Ports::take_returned(std::size_t but) {
    for (std::size_t left = returned_.size(); left > but; --left) {
        const std::uint16_t port = returned_.front();
        returned_.pop_front();
        if (bound_everywhere(port)) {
            return port;
        }
        returned_.push_back(port);
    }
    return std::nullopt;
}

bool Ports::take_block() {
    for (unsigned tried = 0; tried < block_count_; ++tried) {
        const unsigned block = next_block_++ % block_count_;
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "smtpspec-ports-%u", block);
        UniqueFd owner(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        const auto length =
            static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + std::strlen(name.sun_path + 1));
        if (owner && ::bind(owner.get(), reinterpret_cast<sockaddr*>(&name), length) == 0) {
            owned_.push_back(std::move(owner));
            next_ = lowest + block * block_size;
            end_ = next_ + block_size;
            return true;
        }
    }
    return false;
}

namespace {

struct OfThisProcess {
    std::mutex mutex;
    Ports ports;
};

OfThisProcess& of_this_process() {
    static OfThisProcess all;
    return all;
}

}  // namespace

PortLease::~PortLease() {
    auto& all = of_this_process();
    const std::lock_guard lock(all.mutex);
    for (const std::uint16_t port : ports_) {
        all.ports.give_back(port);
    }
}

std::uint16_t PortLease::take() {
    auto& all = of_this_process();
    const std::lock_guard lock(all.mutex);
    return ports_.emplace_back(all.ports.take());
}

TakenPort::TakenPort() {
    // Somebody else, who does not ask here, may have a port in the moment between the look at it and this.
    for (int tried = 0; tried < 10; ++tried) {
        port_ = lease_.take();
        socket_ = bound_everywhere(port_);
        if (socket_ && ::listen(socket_.get(), 8) == 0) {
            return;
        }
    }
    throw std::runtime_error("cannot listen on port " + std::to_string(port_) + ": " + std::strerror(errno));
}

}  // namespace smtpspec::runner
