#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>

/// Event loops, listeners, connections and their limits: sockets, without a word of SMTP.
namespace refserver::net {

using Clock = std::chrono::steady_clock;

class Timer;

/// The deadlines of one event loop, earliest first. Belongs to the loop's thread.
class Timers {
public:
    std::optional<Clock::time_point> next() const;
    /// Fires what is due, in order. A timer that is started again while this runs waits for the next call.
    void run_due(Clock::time_point now);

private:
    friend class Timer;
    std::multimap<Clock::time_point, Timer*> deadlines_;
};

/// Fires once at its deadline unless it is cancelled or destroyed before. The action must not destroy its own timer.
class Timer {
public:
    Timer(Timers& timers, std::function<void()> action) : timers_(timers), action_(std::move(action)) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void start(Clock::duration from_now) { start_at(Clock::now() + from_now); }
    /// An earlier deadline of this timer is forgotten.
    void start_at(Clock::time_point);
    void cancel();
    bool running() const { return entry_.has_value(); }

private:
    friend class Timers;
    Timers& timers_;
    std::function<void()> action_;
    std::optional<std::multimap<Clock::time_point, Timer*>::iterator> entry_;
};

}  // namespace refserver::net
