#include "protocol/session.h"

#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

using harness::Conversation;
using testing::StartsWith;

TEST(Session, TakesAMail) {
    Conversation client;
    EXPECT_THAT(client.greeting, StartsWith("220 mail.example.org "));
    EXPECT_THAT(client.say("EHLO client.example\r\n"), StartsWith("250-mail.example.org\r\n"));
    EXPECT_THAT(client.say("MAIL FROM:<ann@remote.example>\r\n"), StartsWith("250 2.1.0 "));
    EXPECT_THAT(client.say("RCPT TO:<bob@example.org>\r\n"), StartsWith("250 2.1.5 "));
    EXPECT_THAT(client.say("DATA\r\n"), StartsWith("354 "));
    EXPECT_THAT(client.say("Subject: hello\r\n\r\n..dot\r\n.\r\n"), StartsWith("250 2.0.0 "));
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].content, "Subject: hello\r\n\r\n.dot\r\n");
    EXPECT_EQ(client.stored[0].commit.envelope.recipients.at(0).account, "bob");
    EXPECT_THAT(client.stored[0].commit.received_field, StartsWith("Received: from client.example ([192.0.2.1])\r\n"));
    EXPECT_THAT(client.say("QUIT\r\n"), StartsWith("221 2.0.0 mail.example.org"));
    EXPECT_TRUE(client.closed);
}

}  // namespace
}  // namespace refserver::protocol
