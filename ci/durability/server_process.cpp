#include "server_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace smtpspec::durability {
namespace {

/// Up to the end of a line, or to the end of what there is.
std::string read_line(int descriptor) {
    std::string line;
    for (char octet = 0; ::read(descriptor, &octet, 1) == 1 && octet != '\n';) {
        line += octet;
    }
    return line;
}

}  // namespace

ServerProcess::ServerProcess(const std::string& program, const std::string& folder) {
    std::array<int, 2> out{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    const std::string settings = folder + "/settings.toml";
    const std::string log = folder + "/server.log";
    const std::array<const char*, 5> arguments{program.c_str(), "serve", "--settings", settings.c_str(), nullptr};

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int failed =
        ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, const_cast<char* const*>(arguments.data()), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    const std::string line = failed == 0 ? read_line(out[0]) : std::string();
    ::close(out[0]);

    const std::size_t at = line.find(" outgoing=127.0.0.1:");
    if (at == std::string::npos) {
        if (failed == 0) {
            end_by(SIGKILL);
        }
        throw std::runtime_error("the server was not ready, its log is " + log + "; it said: " + line);
    }
    port_ = static_cast<std::uint16_t>(std::stoi(line.substr(line.find(':', at) + 1)));
}

ServerProcess::~ServerProcess() {
    kill();
}

void ServerProcess::kill() {
    end_by(SIGKILL);
}

bool ServerProcess::stop() {
    const int status = end_by(SIGTERM);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int ServerProcess::end_by(int signal) {
    int status = 0;
    if (pid_ > 0) {
        ::kill(pid_, signal);
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
    }
    return status;
}

}  // namespace smtpspec::durability
