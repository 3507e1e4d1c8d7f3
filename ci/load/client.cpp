#include "client.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace smtpspec::load {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

/// The last line of a reply has a blank behind its code.
bool is_whole_reply(std::string_view text) {
    if (!text.ends_with("\r\n")) return false;
    const auto before = text.substr(0, text.size() - 2).rfind('\n');
    const auto line = before == std::string_view::npos ? text : text.substr(before + 1);
    return line.size() > 3 && line[3] != '-';
}

}  // namespace

Client::Client(std::uint16_t port, const char* from) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0) fail("socket");
    const timeval patience{30, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::inet_addr(from);
    // The port is chosen when the other end is known: each address has all ports for itself.
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const int bound = ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    try {
        if (bound != 0) fail("bind");
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
        take_reply();
    } catch (...) {
        ::close(socket_);
        throw;
    }
}

Client::~Client() {
    ::close(socket_);
}

void Client::say(std::string_view command) {
    if (::send(socket_, command.data(), command.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(command.size())) {
        fail("send");
    }
    take_reply();
}

void Client::take_reply() {
    std::array<char, 2048> buffer;
    std::size_t filled = 0;
    do {
        const ssize_t got = ::recv(socket_, buffer.data() + filled, buffer.size() - filled, 0);
        if (got < 0) fail("recv");
        if (got == 0) throw std::runtime_error("the server has closed the connection, or its reply is too long");
        filled += static_cast<std::size_t>(got);
    } while (!is_whole_reply({buffer.data(), filled}));
    if (buffer[0] != '2') throw std::runtime_error("refused: " + std::string(buffer.data(), filled));
}

void Client::wait_for_close() {
    char octet;
    while (::recv(socket_, &octet, 1, 0) > 0) {
    }
}

}  // namespace smtpspec::load
