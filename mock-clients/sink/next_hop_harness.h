#pragma once

#include "sink/descriptor.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpspec::sink {

/// A client for tests: blocking, with a limit of some seconds on everything.
class TestClient {
public:
    /// Throws std::system_error when it is refused.
    TestClient(const std::string& address, std::uint16_t port);

    void send(std::string_view octets) const;
    /// One reply, all its lines, as it came; what came before the end if the connection ends.
    std::string reply();
    /// Sends the line with CR LF and gives the reply.
    std::string say(const std::string& line);
    bool ended();
    int socket() const { return socket_.get(); }
    std::string receive(std::size_t octets);

private:
    bool fill();

    Descriptor socket_;
    std::string received_;
};

bool refused(const std::string& address, std::uint16_t port);

}  // namespace smtpspec::sink
