#pragma once

#include "runner/output_keeper.h"
#include "runner/unique_fd.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace smtpspec::runner {

struct ChildOptions {
    std::filesystem::path executable;
    std::vector<std::string> environment;   ///< NAME=value, all of it
    std::filesystem::path directory;        ///< current directory of the child
    std::filesystem::path standard_output;  ///< appended to
    std::filesystem::path standard_error;   ///< appended to
};

/// A program in a process group of its own, which ends with us: the kernel kills it when the thread that started it
/// is gone. So start it from a thread that lives as long as the program is needed.
class ChildProcess {
public:
    /// Throws std::runtime_error when the program cannot be executed, with the reason.
    explicit ChildProcess(const ChildOptions&);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    /// Kills what is left of the group.
    ~ChildProcess();

    /// Waits for the end; the exit status as a shell sees it (128 + signal), or nothing when the time is over.
    std::optional<int> wait_until(std::chrono::steady_clock::time_point deadline);
    std::optional<int> status() { return wait_until(std::chrono::steady_clock::time_point{}); }

    void signal(int number) const;        ///< to the program
    void signal_group(int number) const;  ///< to all of the group
    /// SIGTERM to the group, SIGKILL after the grace period; then nothing of the group is left.
    int stop(std::chrono::milliseconds grace);

    /// What it has written until now is in its files.
    void drain_output() { output_.drain(); }

    pid_t pid() const { return pid_; }
    /// Readable when the program has ended.
    int pidfd() const { return pidfd_.get(); }

private:
    pid_t pid_ = -1;
    OutputKeeper output_;
    UniqueFd pidfd_;
    std::optional<int> status_;
};

/// "exit status 3" or "signal 11 (Segmentation fault)".
std::string describe_status(int status);

}  // namespace smtpspec::runner
