#pragma once

#include "outgoing-mail/files.h"

#include <atomic>
#include <chrono>
#include <optional>

namespace refserver::outgoing_mail {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Tells all who wait on sockets that the service stops. Given once, seen by everybody.
class StopSignal {
public:
    StopSignal();
    /// Whoever is in the middle of a mail may take until `limit`.
    void give(SteadyTime limit);
    bool given() const { return given_.load(); }
    SteadyTime limit() const { return limit_.load(); }
    /// Readable once the signal is given.
    int fd() const { return event_.get(); }

private:
    Descriptor event_;
    std::atomic<bool> given_{false};
    std::atomic<SteadyTime> limit_{SteadyTime::max()};
};

enum class Wake { ready, timeout, stopped };
/// Waits until one of `events` holds for `fd`. `heed_stop`: returns `stopped` when the signal is given; otherwise only
/// when its limit has passed.
Wake wait_for(int fd, short events, SteadyTime deadline, const StopSignal&, bool heed_stop);

}  // namespace refserver::outgoing_mail
