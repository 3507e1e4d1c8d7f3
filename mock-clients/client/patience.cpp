#include "client/patience.h"

#include <algorithm>

namespace smtpspec::client {

namespace {
// Short enough that an interrupted run ends at once for whoever waits for it.
constexpr Milliseconds slice{200};
}  // namespace

int Patience::poll_ms() const {
    if (cancelled_ && cancelled_->load(std::memory_order_relaxed)) throw Cancelled();
    const auto left = std::chrono::ceil<Milliseconds>(until_ - Clock::now());
    if (left <= Milliseconds::zero()) return 0;
    return static_cast<int>(std::min(left, slice).count());
}

}  // namespace smtpspec::client
