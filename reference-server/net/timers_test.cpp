#include "net/timers.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::net {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const Clock::time_point start{};

class TimersTest : public testing::Test {
protected:
    std::function<void()> note(const std::string& name) {
        return [this, name] { fired.push_back(name); };
    }
    Timers timers;
    std::vector<std::string> fired;
};

TEST_F(TimersTest, FiresWhatIsDueEarliestFirst) {
    Timer a(timers, note("a"));
    Timer b(timers, note("b"));
    Timer c(timers, note("c"));
    a.start_at(start + seconds(2));
    b.start_at(start + seconds(1));
    c.start_at(start + seconds(3));
    EXPECT_EQ(timers.next(), start + seconds(1));
    timers.run_due(start + seconds(2));
    EXPECT_THAT(fired, ElementsAre("b", "a"));
    EXPECT_EQ(timers.next(), start + seconds(3));
    EXPECT_FALSE(a.running());
    EXPECT_TRUE(c.running());
}

TEST_F(TimersTest, FiresOnce) {
    Timer a(timers, note("a"));
    a.start_at(start);
    timers.run_due(start);
    timers.run_due(start + seconds(10));
    EXPECT_THAT(fired, ElementsAre("a"));
}

TEST_F(TimersTest, AMovedDeadlineReplacesTheEarlierOne) {
    Timer a(timers, note("a"));
    a.start_at(start + seconds(1));
    a.start_at(start + seconds(5));
    timers.run_due(start + seconds(4));
    EXPECT_THAT(fired, IsEmpty());
    a.start_at(start + seconds(2));
    timers.run_due(start + seconds(4));
    EXPECT_THAT(fired, ElementsAre("a"));
}

TEST_F(TimersTest, ADestroyedTimerIsForgotten) {
    {
        Timer a(timers, note("a"));
        a.start_at(start);
    }
    EXPECT_EQ(timers.next(), std::nullopt);
    timers.run_due(start + seconds(1));
    EXPECT_THAT(fired, IsEmpty());
}

TEST_F(TimersTest, AnActionMayCancelAnotherTimerThatIsDue) {
    Timer b(timers, note("b"));
    Timer a(timers, [&b] { b.cancel(); });
    a.start_at(start);
    b.start_at(start + seconds(1));
    timers.run_due(start + seconds(2));
    EXPECT_THAT(fired, IsEmpty());
}

TEST_F(TimersTest, ATimerThatStartsItselfAgainFiresOncePerRun) {
    int count = 0;
    Timer* self = nullptr;
    Timer a(timers, [&] {
        ++count;
        self->start_at(start);
    });
    self = &a;
    a.start_at(start);
    timers.run_due(start + seconds(1));
    EXPECT_EQ(count, 1);
    timers.run_due(start + seconds(1));
    EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace refserver::net
