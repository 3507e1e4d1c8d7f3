#include "runner/activity.h"

#include <gmock/gmock.h>
#include <unistd.h>

namespace smtpspec::runner {
namespace {

using std::chrono::milliseconds;
using testing::StartsWith;

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

}  // namespace
}  // namespace smtpspec::runner
