#include "net/connection_cap.h"

namespace refserver::net {

std::shared_ptr<ConnectionCap> ConnectionCap::make(std::uint32_t limit) {
    return std::shared_ptr<ConnectionCap>(new ConnectionCap(limit));
}

ConnectionCap::Slot ConnectionCap::take() {
    std::uint32_t taken = taken_;
    do {
        if (taken >= limit_) return {};
    } while (!taken_.compare_exchange_weak(taken, taken + 1));
    return Slot(shared_from_this());
}

ConnectionCap::Slot& ConnectionCap::Slot::operator=(Slot&& other) noexcept {
    if (this != &other) {
        release();
        cap_ = std::move(other.cap_);
    }
    return *this;
}

void ConnectionCap::Slot::release() {
    if (!cap_) return;
    --cap_->taken_;
    cap_.reset();
}

}  // namespace refserver::net
