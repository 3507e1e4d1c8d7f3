#include "outgoing-mail/reply_reader.h"

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

TEST(ReplyText, IsOneCleanLineOfBoundedLength) {
    const Reply reply{550,
                      {"5.1.1 no\x07 such",
                       "b\xc3\xb6"
                       "b",
                       std::string(2000, 'x')}};
    EXPECT_THAT(reply.text(), ::testing::StartsWith("550 5.1.1 no? such b??b xxx"));
    EXPECT_LE(reply.text().size(), 500u);
}

TEST(ReplyStatus, OnlyWhatFitsTheReply) {
    EXPECT_EQ((Reply{550, {"5.1.1 no"}}.status()), "5.1.1");
    EXPECT_EQ((Reply{550, {"5.1.1"}}.status()), "5.1.1");
    for (const char* text : {"", "no", "4.1.1 no", "5.1 no", "5.1.1.1 no", "5.1.1x", "5.1234.1 no", "5..1 no"}) {
        EXPECT_EQ((Reply{550, {text}}.status()), "5.0.0") << text;
    }
}

}  // namespace
}  // namespace refserver::outgoing_mail
