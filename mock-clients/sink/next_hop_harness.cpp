#include "sink/next_hop_harness.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace smtpspec::sink {

TestClient::TestClient(const std::string& address, std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &where.sin_addr);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        throw std::system_error(errno, std::generic_category(), "connect");
    }
}

void TestClient::send(std::string_view octets) const {
    while (!octets.empty()) {
        const ssize_t sent = ::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw std::system_error(errno, std::generic_category(), "send");
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool TestClient::fill() {
    std::array<char, 4096> buffer{};
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EAGAIN) throw std::system_error(ETIMEDOUT, std::generic_category(), "recv");
    if (size <= 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

std::string TestClient::receive(std::size_t octets) {
    while (received_.size() < octets && fill()) {
    }
    std::string result = received_.substr(0, octets);
    received_.erase(0, result.size());
    return result;
}

std::string TestClient::reply() {
    std::size_t line = 0;
    while (true) {
        const std::size_t end = received_.find('\n', line);
        if (end == std::string::npos) {
            if (!fill()) return received_;
        } else if (received_[line + 3] == '-') {
            line = end + 1;
        } else {
            return receive(end + 1);
        }
    }
}

std::string TestClient::say(const std::string& line) {
    send(line + "\r\n");
    return reply();
}

bool TestClient::ended() {
    return received_.empty() && !fill();
}

bool refused(const std::string& address, std::uint16_t port) {
    try {
        const TestClient client(address, port);
        return false;
    } catch (const std::system_error& error) {
        return error.code().value() == ECONNREFUSED;
    }
}

}  // namespace smtpspec::sink
