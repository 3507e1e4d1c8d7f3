#pragma once

#include "net/timers.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace refserver::net {

/// Something with a file descriptor that an event loop looks after.
class Watcher {
public:
    virtual ~Watcher() = default;
    /// `events` as epoll_wait gives them.
    virtual void ready(std::uint32_t events) = 0;
};

/// Names one watcher for ever: the place is used again, the pair is not, so that a late answer never reaches the
/// wrong connection.
struct Token {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    bool operator==(const Token&) const = default;
};

/// One thread's loop over epoll (level-triggered), posted tasks and timers. All but `post` and `stop` is for the thread
/// that runs it.
class EventLoop {
public:
    /// Throws std::system_error.
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Returns after `stop`, with all watchers destroyed.
    void run();
    void stop();
    /// Runs the task on the loop's thread after events that are ready now. Any thread.
    void post(std::function<void()> task);

    /// Takes the watcher over and watches `fd`, which it owns. Throws std::system_error.
    Token adopt(std::unique_ptr<Watcher>, int fd, std::uint32_t events);
    void change(Token, std::uint32_t events);
    /// Stops watching at once; the watcher is destroyed at the end of the turn, so that one may remove itself.
    void remove(Token);
    /// Null when it has been removed.
    Watcher* find(Token) const;

    Timers& timers() { return timers_; }
    /// Where watchers read into, one at a time: idle connections need no buffer of their own.
    std::array<char, 16 * 1024>& buffer() { return buffer_; }

private:
    struct Slot {
        std::unique_ptr<Watcher> watcher;
        int fd = -1;
        std::uint32_t generation = 0;
        std::uint32_t events = 0;
    };

    void turn();
    void run_tasks();
    int wait_limit() const;

    int epoll_;
    int wake_up_;
    bool stopping_ = false;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::vector<std::unique_ptr<Watcher>> removed_;
    Timers timers_;
    std::array<char, 16 * 1024> buffer_;
    std::mutex mutex_;
    std::vector<std::function<void()>> tasks_;
};

}  // namespace refserver::net
