#pragma once

#include <cstdint>
#include <string_view>

namespace smtpspec::load {

/// A connection to 127.0.0.1 that waits for each reply. Anything that goes wrong is thrown as std::runtime_error.
class Client {
public:
    /// Connects from an address, 127.0.0.1 unless given, and takes the greeting.
    explicit Client(std::uint16_t port, const char* from = "127.0.0.1");
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    /// Sends a command and takes its reply, all lines of it.
    void say(std::string_view command);
    /// After QUIT: the server closes.
    void wait_for_close();

private:
    void take_reply();

    int socket_;
};

}  // namespace smtpspec::load
