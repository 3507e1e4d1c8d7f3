#pragma once

#include <atomic>
#include <chrono>
#include <stdexcept>

namespace smtpspec::client {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

/// The run is being given up (`Stage::cancelled`).
struct Cancelled : std::runtime_error {
    Cancelled() : std::runtime_error("the run was cancelled") {}
};

/// How long something may take, and whether anybody still wants it.
class Patience {
public:
    explicit Patience(Milliseconds limit, const std::atomic<bool>* cancelled = nullptr)
        : until_(Clock::now() + limit), cancelled_(cancelled) {}

    bool over() const { return Clock::now() >= until_; }

    /// What poll() may wait before this has to be asked again; 0 when the time is over. Throws Cancelled.
    int poll_ms() const;

private:
    Clock::time_point until_;
    const std::atomic<bool>* cancelled_;
};

}  // namespace smtpspec::client
