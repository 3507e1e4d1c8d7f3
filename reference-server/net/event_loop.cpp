#include "net/event_loop.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace refserver::net {
namespace {

/// What the eventfd is registered under; no slot ever has it.
constexpr std::uint64_t wake_up_key = std::numeric_limits<std::uint64_t>::max();

std::uint64_t key_of(Token token) {
    return std::uint64_t{token.generation} << 32 | token.slot;
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) fail("epoll_create1");
    wake_up_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = wake_up_key;
    if (wake_up_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_up_, &event) != 0) {
        const int error = errno;
        if (wake_up_ >= 0) ::close(wake_up_);
        ::close(epoll_);
        errno = error;
        fail("eventfd");
    }
}

EventLoop::~EventLoop() {
    // Watchers hold timers and may hold tokens of each other: they go before anything that they refer to.
    removed_.clear();
    slots_.clear();
    tasks_.clear();
    ::close(wake_up_);
    ::close(epoll_);
}

void EventLoop::run() {
    while (!stopping_) turn();
    // On this thread, and while all that they refer to is there still.
    removed_.clear();
    for (auto& slot : slots_) slot.watcher.reset();
}

void EventLoop::stop() {
    post([this] { stopping_ = true; });
}

void EventLoop::post(std::function<void()> task) {
    bool first;
    {
        const std::lock_guard lock(mutex_);
        first = tasks_.empty();
        tasks_.push_back(std::move(task));
    }
    if (!first) return;
    const std::uint64_t one = 1;
    // Full (2^64 - 2 wake-ups) is the only way to fail, and then it is awake.
    [[maybe_unused]] const ssize_t written = ::write(wake_up_, &one, sizeof one);
}

Token EventLoop::adopt(std::unique_ptr<Watcher> watcher, int fd, std::uint32_t events) {
    if (free_slots_.empty()) {
        slots_.emplace_back();
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
    }
    const std::uint32_t index = free_slots_.back();
    Slot& slot = slots_[index];
    const Token token{index, slot.generation};
    epoll_event event{};
    event.events = events;
    event.data.u64 = key_of(token);
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
    free_slots_.pop_back();
    slot.watcher = std::move(watcher);
    slot.fd = fd;
    slot.events = events;
    return token;
}

void EventLoop::change(Token token, std::uint32_t events) {
    if (find(token) == nullptr || slots_[token.slot].events == events) return;
    epoll_event event{};
    event.events = events;
    event.data.u64 = key_of(token);
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, slots_[token.slot].fd, &event) != 0) fail("epoll_ctl");
    slots_[token.slot].events = events;
}

void EventLoop::remove(Token token) {
    if (find(token) == nullptr) return;
    Slot& slot = slots_[token.slot];
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, slot.fd, nullptr);
    removed_.push_back(std::move(slot.watcher));
    slot.fd = -1;
    ++slot.generation;
    free_slots_.push_back(token.slot);
}

Watcher* EventLoop::find(Token token) const {
    if (token.slot >= slots_.size() || slots_[token.slot].generation != token.generation) return nullptr;
    return slots_[token.slot].watcher.get();
}

int EventLoop::wait_limit() const {
    const auto next = timers_.next();
    if (!next) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()).count();
    if (left <= 0) return 0;
    return static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()));
}

void EventLoop::turn() {
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_limit());
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; ++i) {
        const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
        if (key == wake_up_key) {
            std::uint64_t value;
            [[maybe_unused]] const ssize_t got = ::read(wake_up_, &value, sizeof value);
            continue;
        }
        // An earlier event of this turn may have removed it.
        const Token token{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
        if (Watcher* watcher = find(token)) watcher->ready(events[static_cast<std::size_t>(i)].events);
    }
    run_tasks();
    timers_.run_due(Clock::now());
    removed_.clear();
}

void EventLoop::run_tasks() {
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
}

}  // namespace refserver::net
