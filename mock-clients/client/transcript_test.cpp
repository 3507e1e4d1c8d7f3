#include "client/transcript.h"

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

TEST(Transcript, keeps_what_happened_in_order) {
    Transcript transcript(1.0);
    transcript.opened("one", "a to b");
    transcript.sent("one", std::string("NO\0OP", 5));
    const auto entries = transcript.take();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].direction, "opened");
    EXPECT_EQ(entries[1].client, "one");
    EXPECT_EQ(entries[1].data, std::string("NO\0OP", 5));
    EXPECT_LE(entries[0].at_ms, entries[1].at_ms);
}

TEST(Transcript, cuts_what_is_long_and_says_so) {
    Transcript transcript(1.0);
    transcript.sent("one", std::string(100'000, 'x'));
    const auto entries = transcript.take();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].data.size(), 65'536U);
    EXPECT_EQ(entries[1].direction, "note");
    EXPECT_EQ(entries[1].data, "34464 more octets are not recorded");
}

TEST(Transcript, ends_when_it_is_full) {
    Transcript transcript(0.01);
    for (int i = 0; i < 100'000; ++i) transcript.received("one", "250 OK\r\n");
    const auto entries = transcript.take();
    EXPECT_LT(entries.size(), 1000U);
    EXPECT_EQ(entries.back().data, "the transcript is full and ends here");
}

}  // namespace
}  // namespace smtpspec::client
