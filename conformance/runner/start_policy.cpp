#include "runner/start_policy.h"

#include <algorithm>

namespace smtpspec::runner {
using std::chrono::milliseconds;

milliseconds StartPolicy::limit() const {
    const std::lock_guard lock(mutex_);
    if (never_ready_.empty()) {
        return limit_;
    }
    // Some fixtures work, at least one does not: well above what the working ones need, but not the full time again.
    return std::clamp(4 * slowest_ready_, std::min(milliseconds{1000}, limit_), limit_);
}

std::string StartPolicy::hopeless() const {
    const std::lock_guard lock(mutex_);
    return any_ready_ ? "" : never_ready_;
}

bool StartPolicy::any_ready() const {
    const std::lock_guard lock(mutex_);
    return any_ready_;
}

void StartPolicy::observe(const StartResult& result, milliseconds took) {
    const std::lock_guard lock(mutex_);
    if (result.kind == StartResult::Kind::ready) {
        any_ready_ = true;
        slowest_ready_ = std::max(slowest_ready_, took);
    } else if (result.kind == StartResult::Kind::not_ready && never_ready_.empty()) {
        never_ready_ = result.reason;
    }
}

}  // namespace smtpspec::runner
