#include "outgoing-mail/stop_signal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace refserver::outgoing_mail {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void StopSignal::give(SteadyTime limit) {
    limit_ = limit;
    given_ = true;
    const std::uint64_t one = 1;
    // Cannot fail: the counter is far from its end.
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

Wake wait_for(int fd, short events, SteadyTime deadline, const StopSignal& stop, bool heed_stop) {
    while (true) {
        const bool stopping = stop.given();
        if (stopping && heed_stop) return Wake::stopped;
        const auto until = stopping ? std::min(deadline, stop.limit()) : deadline;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
        if (left <= 0) return stopping && stop.limit() <= deadline ? Wake::stopped : Wake::timeout;
        // Once the signal has been given its descriptor stays readable: then it is left out.
        std::array<pollfd, 2> fds{pollfd{fd, events, 0}, pollfd{stopping ? -1 : stop.fd(), POLLIN, 0}};
        const int n = ::poll(fds.data(), fds.size(), static_cast<int>(std::min<long long>(left, 3'600'000)));
        if (n < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
        if (n > 0 && fds[0].revents != 0) return Wake::ready;
    }
}

}  // namespace refserver::outgoing_mail
