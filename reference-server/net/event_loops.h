#pragma once

#include "net/event_loop.h"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace refserver::net {

/// One event loop for each core. The first runs on the thread that calls `run`; it accepts connections and takes
/// signals.
class EventLoops {
public:
    explicit EventLoops(std::size_t count);
    ~EventLoops();
    EventLoops(const EventLoops&) = delete;
    EventLoops& operator=(const EventLoops&) = delete;

    EventLoop& first() { return *loops_.front(); }
    /// The loops in turn, so that connections spread evenly.
    std::size_t next() { return turn_++ % loops_.size(); }
    std::size_t size() const { return loops_.size(); }
    EventLoop& operator[](std::size_t index) { return *loops_[index]; }

    /// Runs `done` on the first loop after every loop has handled whatever is ready at the time of this call: a client
    /// that has hung up before is then known to be gone.
    void after_all_have_looked(std::function<void()> done);

    /// Returns after `stop`, when all loops have ended.
    void run();
    void stop();

private:
    std::vector<std::unique_ptr<EventLoop>> loops_;
    std::vector<std::thread> threads_;
    std::size_t turn_ = 0;
};

}  // namespace refserver::net
