#include "runner/activity.h"

#include <gmock/gmock.h>
#include <unistd.h>

namespace smtpspec::runner {
namespace {

using std::chrono::milliseconds;
using testing::StartsWith;

constexpr milliseconds limit{2000};

bool held_up(char state, int on_a_core, int waiting, int since_its_start) {
    return is_held_up({state, milliseconds(on_a_core), milliseconds(waiting), 0}, milliseconds(since_its_start), limit);
}

TEST(ActivityTest, OfThisProgram) {
    const auto self = activity_of(::getpid());
    ASSERT_TRUE(self);
    EXPECT_EQ(self->state, 'R');
    EXPECT_FALSE(activity_of(-1));
}

TEST(ActivityTest, InWords) {
    EXPECT_EQ(in_words({'D', milliseconds(9), milliseconds(181), 2}),
              "blocked in the kernel, 9 ms on a core, 181 ms of waiting for one, 2 page faults from the disk");
    EXPECT_THAT(in_words({'T', {}, {}, 0}), StartsWith("in state T, "));
}

TEST(IsHeldUp, BlockedOrWithoutACore) {
    EXPECT_TRUE(held_up('D', 9, 181, 2000));
    EXPECT_TRUE(held_up('R', 9, 1500, 2000));
    EXPECT_TRUE(held_up('Z', 9, 0, 2000)) << "its other threads are being taken down";
    EXPECT_TRUE(held_up('S', 9, 181, 2000)) << "it had only 1819 ms";
}

TEST(IsHeldUp, NotAProgramThatSleeps) {
    EXPECT_FALSE(held_up('S', 9, 0, 2000));
    EXPECT_FALSE(held_up('S', 9, 181, 2181));
    EXPECT_FALSE(held_up('T', 9, 0, 2000));
}

TEST(IsHeldUp, NotAProgramThatHadItsTimeOnACore) {
    EXPECT_FALSE(held_up('R', 2000, 0, 2000));
    EXPECT_TRUE(held_up('R', 1999, 0, 2000));
    EXPECT_FALSE(held_up('R', 2000, 9000, 11000));
}

TEST(IsHeldUp, NotForEver) {
    EXPECT_TRUE(held_up('D', 9, 0, 19999));
    EXPECT_FALSE(held_up('D', 9, 0, 20000));
    EXPECT_FALSE(held_up('S', 9, 19000, 20000));
}

}  // namespace
}  // namespace smtpspec::runner
