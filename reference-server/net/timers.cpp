#include "net/timers.h"

#include <iterator>

namespace refserver::net {

std::optional<Clock::time_point> Timers::next() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.begin()->first;
}

void Timers::run_due(Clock::time_point now) {
    // A timer that starts itself again with no delay must not keep the loop here: the number is fixed before.
    for (auto left = std::distance(deadlines_.begin(), deadlines_.upper_bound(now)); left > 0; --left) {
        if (deadlines_.empty() || deadlines_.begin()->first > now) return;
        Timer& timer = *deadlines_.begin()->second;
        timer.cancel();
        timer.action_();
    }
}

void Timer::start_at(Clock::time_point deadline) {
    if (!entry_) {
        entry_ = timers_.deadlines_.emplace(deadline, this);
        return;
    }
    // The node is used again: a busy connection moves its deadline with every command.
    auto node = timers_.deadlines_.extract(*entry_);
    node.key() = deadline;
    entry_ = timers_.deadlines_.insert(std::move(node));
}

void Timer::cancel() {
    if (!entry_) return;
    timers_.deadlines_.erase(*entry_);
    entry_.reset();
}

}  // namespace refserver::net
