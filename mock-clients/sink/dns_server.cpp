#include "sink/dns_server.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

namespace smtpspec::sink {

namespace {

constexpr const char* dns_address = "127.0.0.1";
constexpr std::size_t no_limit = 65'535;
constexpr std::size_t most_connections = 256;

}  // namespace

DnsServer::DnsServer(const DnsZone& zone) : zone_(zone) {
    bind();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

DnsServer::~DnsServer() {
    thread_.request_stop();
    waker_.wake();
}

void DnsServer::bind() {
    // A port that is free for one protocol need not be for the other.
    constexpr int attempts = 100;
    for (int i = 0;; ++i) {
        udp_ = bound_socket(SOCK_DGRAM, dns_address, 0);
        port_ = port_of(udp_);
        try {
            tcp_ = bound_socket(SOCK_STREAM, dns_address, port_);
            listen_on(tcp_);
            return;
        } catch (const std::system_error&) {
            if (i == attempts) throw;
        }
    }
}

void DnsServer::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::vector<pollfd> waiting{{waker_.get(), POLLIN, 0}, {udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}};
        for (const Connection& connection : connections_) {
            const short events = connection.to_send.empty() ? POLLIN : POLLOUT;
            waiting.push_back({connection.socket.get(), events, 0});
        }
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
        if (waiting[0].revents != 0) waker_.clear();
        if (waiting[1].revents != 0) answer_datagrams();
        std::size_t i = 3;
        for (Connection& connection : connections_) {
            if (waiting[i++].revents != 0) serve(connection);
        }
        connections_.remove_if([](const Connection& connection) { return connection.ended; });
        while (waiting[2].revents != 0) {
            Descriptor socket = accept_from(tcp_);
            if (!socket) break;
            if (connections_.size() < most_connections) connections_.push_back({std::move(socket), {}, {}, false});
        }
    }
}

void DnsServer::answer_datagrams() {
    std::array<char, 4096> buffer{};
    sockaddr_storage from{};
    while (true) {
        socklen_t from_size = sizeof from;
        const ssize_t size =
            ::recvfrom(udp_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &from_size);
        if (size < 0) return;
        const std::string reply = answer({buffer.data(), static_cast<std::size_t>(size)}, true);
        if (reply.empty()) continue;
        ::sendto(udp_.get(), reply.data(), reply.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&from),
                 from_size);
    }
}

/// RFC 1035 §4.2.2: each message after its length in two octets.
void DnsServer::serve(Connection& connection) {
    if (!connection.to_send.empty()) {
        const ssize_t sent =
            ::send(connection.socket.get(), connection.to_send.data(), connection.to_send.size(), MSG_NOSIGNAL);
        if (sent > 0) connection.to_send.erase(0, static_cast<std::size_t>(sent));
        connection.ended = sent < 0 && errno != EAGAIN;
        return;
    }
    std::array<char, 4096> buffer{};
    const ssize_t size = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) {
        connection.ended = size == 0 || errno != EAGAIN;
        return;
    }
    connection.received.append(buffer.data(), static_cast<std::size_t>(size));
    while (connection.received.size() >= 2) {
        const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(connection.received[0])) << 8 |
                                   static_cast<unsigned char>(connection.received[1]);
        if (connection.received.size() < length + 2) return;
        const std::string reply = answer(std::string_view(connection.received).substr(2, length), false);
        connection.received.erase(0, length + 2);
        append_u16(connection.to_send, static_cast<std::uint16_t>(reply.size()));
        connection.to_send += reply;
    }
}

std::string DnsServer::answer(std::string_view octets, bool by_udp) const {
    const auto query = parse_dns_query(octets);
    if (!query) return {};
    if (!query->question) return encode_dns_problem(octets, query->problem);
    const DnsQuestion& question = *query->question;
    return encode_dns_reply(question, zone_.lookup(question.name, question.type),
                            by_udp ? question.udp_limit : no_limit);
}

}  // namespace smtpspec::sink
