#pragma once

#include "sink/dns_zone.h"
#include "sink/sockets.h"

#include <list>
#include <string>
#include <thread>

namespace smtpspec::sink {

/// Serves a zone on one free port of 127.0.0.1, by UDP and TCP, in a thread of its own.
class DnsServer {
public:
    explicit DnsServer(const DnsZone&);
    ~DnsServer();
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    std::uint16_t port() const { return port_; }

private:
    struct Connection {
        Descriptor socket;
        std::string received;
        std::string to_send;
        bool ended = false;
    };
    void bind();
    void run(const std::stop_token&);
    void answer_datagrams();
    void serve(Connection&);
    std::string answer(std::string_view query, bool by_udp) const;

    const DnsZone& zone_;
    Descriptor udp_;
    Descriptor tcp_;
    std::uint16_t port_ = 0;
    std::list<Connection> connections_;
    Waker waker_;
    std::jthread thread_;
};

}  // namespace smtpspec::sink
