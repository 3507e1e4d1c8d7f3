#include "net/event_loop.h"

#include "net/event_loops.h"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace refserver::net {
namespace {

using testing::ElementsAre;

/// Ready from the start, and for ever.
class Bell final : public Watcher {
public:
    explicit Bell(std::function<void()> action) : action_(std::move(action)) {}
    ~Bell() override { ::close(fd); }
    void ready(std::uint32_t) override { action_(); }

    const int fd = ::eventfd(1, EFD_CLOEXEC);

private:
    std::function<void()> action_;
};

Token adopt(EventLoop& loop, std::function<void()> action) {
    auto bell = std::make_unique<Bell>(std::move(action));
    const int fd = bell->fd;
    return loop.adopt(std::move(bell), fd, EPOLLIN);
}

TEST(EventLoop, AWatcherMayRemoveItself) {
    EventLoop loop;
    int rung = 0;
    Token token;
    token = adopt(loop, [&] {
        ++rung;
        loop.remove(token);
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(rung, 1);
    EXPECT_EQ(loop.find(token), nullptr);
}

TEST(EventLoop, AnEventOfTheSameTurnDoesNotReachARemovedWatcher) {
    EventLoop loop;
    std::vector<std::string> rung;
    Token one;
    Token other;
    one = adopt(loop, [&] {
        rung.emplace_back("one");
        loop.remove(other);
        loop.stop();
    });
    other = adopt(loop, [&] {
        rung.emplace_back("other");
        loop.remove(one);
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(rung.size(), 1U);
}

TEST(EventLoop, ATokenNeverNamesTheNextWatcherOfItsPlace) {
    EventLoop loop;
    const Token first = adopt(loop, [] {});
    loop.remove(first);
    const Token second = adopt(loop, [] {});
    EXPECT_EQ(second.slot, first.slot);
    EXPECT_EQ(loop.find(first), nullptr);
    EXPECT_NE(loop.find(second), nullptr);
    loop.remove(first);
    EXPECT_NE(loop.find(second), nullptr);
}

TEST(EventLoop, RunsTasksOfOtherThreadsInOrder) {
    EventLoop loop;
    std::vector<int> done;
    std::thread other([&] {
        for (int i = 0; i < 3; ++i) loop.post([&done, i] { done.push_back(i); });
        loop.stop();
    });
    loop.run();
    other.join();
    EXPECT_THAT(done, ElementsAre(0, 1, 2));
}

TEST(EventLoop, WakesUpForATimer) {
    EventLoop loop;
    Timer timer(loop.timers(), [&] { loop.stop(); });
    timer.start(std::chrono::milliseconds(1));
    loop.run();
    EXPECT_FALSE(timer.running());
}

TEST(EventLoops, EveryLoopHasHandledWhatWasReadyBefore) {
    EventLoops loops(3);
    std::atomic<int> rung{0};
    for (std::size_t i = 0; i < loops.size(); ++i) {
        auto token = std::make_shared<Token>();
        *token = adopt(loops[i], [&, i, token] {
            ++rung;
            loops[i].remove(*token);
        });
    }
    int seen = 0;
    loops.after_all_have_looked([&] {
        seen = rung;
        loops.stop();
    });
    loops.run();
    EXPECT_EQ(seen, 3);
}

}  // namespace
}  // namespace refserver::net
