#pragma once

#include <atomic>
#include <thread>

namespace smtpspec::runner {

/// As long as an object of this class lives, SIGINT, SIGTERM and SIGHUP end the run in order: servers are stopped and
/// reports written. A second one that comes more than a second later ends everything at once, the servers, too.
///
/// Make it before other threads are started, and only once: it blocks the signals for them.
class Interruption {
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    const std::atomic<bool>& happened() const { return happened_; }
    /// The number of the signal; 0 when none has come.
    int signal() const { return signal_; }

private:
    void watch();

    std::atomic<bool> happened_{false};
    std::atomic<int> signal_{0};
    std::atomic<bool> over_{false};
    std::thread watcher_;
};

}  // namespace smtpspec::runner
