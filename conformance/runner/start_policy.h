#pragma once

#include "runner/server.h"

#include <chrono>
#include <mutex>
#include <string>

namespace smtpspec::runner {

/// How long starts may still take, given how earlier ones of the same run ended: a target that never gets ready is
/// given its ten seconds once, and not again for every fixture.
class StartPolicy {
public:
    explicit StartPolicy(std::chrono::milliseconds limit) : limit_(limit) {}

    /// The limit for the next start.
    std::chrono::milliseconds limit() const;
    /// Why no further start is worth trying; empty as long as one is.
    std::string hopeless() const;

    /// Whether any start of the run ended with a server that greets.
    bool any_ready() const;

    void observe(const StartResult&, std::chrono::milliseconds took);

private:
    mutable std::mutex mutex_;
    std::chrono::milliseconds limit_;
    std::chrono::milliseconds slowest_ready_{0};
    bool any_ready_ = false;
    std::string never_ready_;
};

}  // namespace smtpspec::runner
