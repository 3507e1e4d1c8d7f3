#include "runner/start_policy.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

using std::chrono::milliseconds;
using Kind = StartResult::Kind;

TEST(StartPolicy, GivesTheFullTimeAsLongAsStartsWork) {
    StartPolicy policy(milliseconds(10000));
    EXPECT_EQ(policy.limit(), milliseconds(10000));
    policy.observe({Kind::ready, "", ""}, milliseconds(20));
    policy.observe({Kind::unsupported, "no", ""}, milliseconds(20));
    policy.observe({Kind::exited, "no", ""}, milliseconds(20));
    EXPECT_EQ(policy.limit(), milliseconds(10000));
    EXPECT_EQ(policy.hopeless(), "");
}

TEST(StartPolicy, ATargetThatNeverWasReadyIsNotTriedAgain) {
    StartPolicy policy(milliseconds(10000));
    policy.observe({Kind::not_ready, "it does not listen", ""}, milliseconds(10000));
    EXPECT_EQ(policy.hopeless(), "it does not listen");
    EXPECT_FALSE(policy.any_ready());
}

TEST(StartPolicy, OneThatIsReadyElsewhereGetsLessTimeAfterAFailure) {
    StartPolicy policy(milliseconds(10000));
    policy.observe({Kind::ready, "", ""}, milliseconds(500));
    policy.observe({Kind::not_ready, "it does not listen", ""}, milliseconds(10000));
    EXPECT_EQ(policy.hopeless(), "");
    EXPECT_EQ(policy.limit(), milliseconds(2000));
    policy.observe({Kind::ready, "", ""}, milliseconds(5000));
    EXPECT_EQ(policy.limit(), milliseconds(10000)) << "never more than at first";
}

TEST(StartPolicy, TheShorterTimeHasAFloor) {
    StartPolicy policy(milliseconds(10000));
    policy.observe({Kind::ready, "", ""}, milliseconds(5));
    policy.observe({Kind::not_ready, "x", ""}, milliseconds(10000));
    EXPECT_EQ(policy.limit(), milliseconds(1000));
    StartPolicy scaled(milliseconds(100));
    scaled.observe({Kind::ready, "", ""}, milliseconds(5));
    scaled.observe({Kind::not_ready, "x", ""}, milliseconds(100));
    EXPECT_EQ(scaled.limit(), milliseconds(100));
}

}  // namespace
}  // namespace smtpspec::runner
