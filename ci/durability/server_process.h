#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace smtpspec::durability {

/// A running reference server, ready when the constructor returns.
class ServerProcess {
public:
    /// Starts `program serve` on `folder`/settings.toml; what it logs is appended to `folder`/server.log. Throws
    /// std::runtime_error when it ends before it is ready.
    ServerProcess(const std::string& program, const std::string& folder);
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess();

    /// Of the outgoing service, on 127.0.0.1.
    std::uint16_t port() const { return port_; }
    /// SIGKILL, and waits for the end.
    void kill();
    /// SIGTERM, and waits for the end; what is in flight is finished. False when the exit status is not 0.
    bool stop();

private:
    int end_by(int signal);

    pid_t pid_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace smtpspec::durability
