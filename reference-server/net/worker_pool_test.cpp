#include "net/worker_pool.h"

#include <atomic>
#include <filesystem>
#include <latch>

#include <gtest/gtest.h>

namespace refserver::net {
namespace {

TEST(WorkerPool, FinishesWhatIsWaitingWhenItEnds) {
    std::atomic<int> done{0};
    {
        WorkerPool pool(2, 1000);
        for (int i = 0; i < 1000; ++i) ASSERT_TRUE(pool.submit([&done] { ++done; }));
    }
    EXPECT_EQ(done, 1000);
}

TEST(WorkerPool, RunsAsManyJobsAtOnceAsItHasThreads) {
    // Each job waits for the other: with one thread this would never end.
    std::latch together(2);
    WorkerPool pool(2, 2);
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool.submit([&together] { together.arrive_and_wait(); }));
}

std::ptrdiff_t threads_of_this_process() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST(WorkerPool, StartsNoThreadsThatNoJobNeeds) {
    const auto before = threads_of_this_process();
    WorkerPool pool(16, 100);
    // One, and one that a sanitizer may start with the first.
    EXPECT_LE(threads_of_this_process(), before + 2);
}

TEST(WorkerPool, RefusesAJobWhenTooManyWait) {
    std::latch started(1);
    std::latch go(1);
    WorkerPool pool(1, 2);
    ASSERT_TRUE(pool.submit([&] {
        started.count_down();
        go.wait();
    }));
    started.wait();
    EXPECT_TRUE(pool.submit([] {}));
    EXPECT_TRUE(pool.submit([] {}));
    EXPECT_FALSE(pool.submit([] {}));
    go.count_down();
}

}  // namespace
}  // namespace refserver::net
