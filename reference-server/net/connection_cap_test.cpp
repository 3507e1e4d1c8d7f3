#include "net/connection_cap.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace refserver::net {
namespace {

TEST(ConnectionCap, GivesAsManySlotsAsItsLimit) {
    const auto cap = ConnectionCap::make(2);
    const auto one = cap->take();
    const auto two = cap->take();
    EXPECT_TRUE(one);
    EXPECT_TRUE(two);
    EXPECT_FALSE(cap->take());
    EXPECT_EQ(cap->taken(), 2U);
}

TEST(ConnectionCap, ASlotGivenBackIsFreeAtOnce) {
    const auto cap = ConnectionCap::make(1);
    {
        const auto slot = cap->take();
        EXPECT_FALSE(cap->take());
    }
    EXPECT_TRUE(cap->take());
}

TEST(ConnectionCap, ReleasesOnlyOnce) {
    const auto cap = ConnectionCap::make(2);
    auto first = cap->take();
    const auto second = cap->take();
    first.release();
    first.release();
    EXPECT_EQ(cap->taken(), 1U);
}

TEST(ConnectionCap, AMovedSlotStaysTaken) {
    const auto cap = ConnectionCap::make(2);
    auto slot = cap->take();
    ConnectionCap::Slot other = std::move(slot);
    EXPECT_EQ(cap->taken(), 1U);
    other = cap->take();
    EXPECT_EQ(cap->taken(), 1U);
    other = {};
    EXPECT_EQ(cap->taken(), 0U);
}

TEST(ConnectionCap, ALowerLimitHoldsForNewConnections) {
    const auto cap = ConnectionCap::make(3);
    auto one = cap->take();
    auto two = cap->take();
    cap->set_limit(1);
    EXPECT_FALSE(cap->take());
    one.release();
    EXPECT_FALSE(cap->take());
    two.release();
    EXPECT_TRUE(cap->take());
}

TEST(ConnectionCap, NeverExceedsItsLimitNorLeaksWithManyThreads) {
    constexpr std::uint32_t limit = 3;
    const auto cap = ConnectionCap::make(limit);
    std::atomic<std::uint32_t> inside{0};
    std::atomic<bool> exceeded{false};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 2000; ++i) {
                    const auto slot = cap->take();
                    if (!slot) continue;
                    if (++inside > limit) exceeded = true;
                    --inside;
                }
            });
        }
    }
    EXPECT_FALSE(exceeded);
    EXPECT_EQ(cap->taken(), 0U);
}

}  // namespace
}  // namespace refserver::net
