#include "client/exchange.h"

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ExchangeTest : public ::testing::Test {
protected:
    std::string answer(const std::string& code, const std::string& text = "OK") {
        ReplyBuilder builder(false);
        builder.add({code + " " + text, Terminator::crlf});
        return exchange.answered(builder.take());
    }

    Exchange exchange;
};

TEST_F(ExchangeTest, pairs_replies_with_commands) {
    EXPECT_EQ(answer("220"), "greeting");
    EXPECT_TRUE(exchange.at_rest());
    exchange.sent("ehlo a\r\nMAIL FROM:<a@b>\r\nRC");
    EXPECT_EQ(answer("250"), "EHLO");
    EXPECT_EQ(answer("250"), "MAIL");
    EXPECT_FALSE(exchange.at_rest());
    exchange.sent("PT TO:<c@d>\r\n");
    EXPECT_EQ(answer("250"), "RCPT");
    EXPECT_TRUE(exchange.at_rest());
    EXPECT_EQ(answer("250"), "");
}

TEST_F(ExchangeTest, remembers_what_DATA_carried) {
    answer("220");
    exchange.sent("DATA\r\n");
    answer("354");
    EXPECT_FALSE(exchange.at_rest());
    EXPECT_TRUE(exchange.in_content());
    for (const char c : std::string("A: b\r\n\r\n..dot\r\na\n.\n.\r\r\n.\r")) exchange.sent({&c, 1});
    EXPECT_THAT(exchange.contents(), IsEmpty());
    exchange.sent("\nNOOP\r\n");
    EXPECT_THAT(exchange.contents(), ElementsAre("A: b\r\n\r\n.dot\r\na\n.\n.\r\r\n"));
    EXPECT_EQ(answer("250"), "content");
    EXPECT_EQ(answer("250"), "NOOP");
    EXPECT_TRUE(exchange.at_rest());
}

TEST_F(ExchangeTest, remembers_an_empty_content) {
    answer("220");
    exchange.sent("DATA\r\n");
    answer("354");
    exchange.sent(".\r\n");
    EXPECT_THAT(exchange.contents(), ElementsAre(""));
}

TEST_F(ExchangeTest, takes_what_followed_a_refused_DATA_for_commands) {
    answer("220");
    exchange.sent("MAIL FROM:<a@b>\r\nDATA\r\nNOOP\r\n");
    EXPECT_EQ(answer("250"), "MAIL");
    EXPECT_EQ(answer("503"), "DATA");
    EXPECT_EQ(answer("250"), "NOOP");
    EXPECT_TRUE(exchange.at_rest());
    EXPECT_THAT(exchange.contents(), IsEmpty());
}

TEST_F(ExchangeTest, takes_the_content_after_a_refused_DATA_for_commands) {
    answer("220");
    exchange.sent("DATA\r\nA: b\r\n.\r\nRSET\r\n");
    EXPECT_THAT(exchange.contents(), ElementsAre("A: b\r\n"));
    EXPECT_EQ(answer("503"), "DATA");
    EXPECT_THAT(exchange.contents(), IsEmpty());
    EXPECT_EQ(answer("500"), "A:");
    EXPECT_EQ(answer("500"), ".");
    EXPECT_EQ(answer("250"), "RSET");
    EXPECT_TRUE(exchange.at_rest());
}

TEST_F(ExchangeTest, remembers_what_BDAT_carried) {
    answer("220");
    exchange.sent("BDAT 5\r\n.\r\n.aBDAT 3 LAST\r\n\n..NOOP\r\n");
    EXPECT_THAT(exchange.contents(), ElementsAre(".\r\n.a\n.."));
    EXPECT_EQ(answer("250"), "BDAT");
    EXPECT_EQ(answer("250"), "BDAT");
    EXPECT_EQ(answer("250"), "NOOP");
    exchange.sent("BDAT 2\r\nxxRSET\r\nBDAT 0 LAST\r\n");
    EXPECT_THAT(exchange.contents(), ElementsAre(".\r\n.a\n..", ""));
}

TEST_F(ExchangeTest, keeps_the_last_offer_until_TLS) {
    answer("220");
    EXPECT_FALSE(exchange.offered());
    exchange.sent("EHLO a\r\nEHLO b\r\n");
    answer("250", "first");
    answer("502", "second");
    ASSERT_TRUE(exchange.offered());
    EXPECT_EQ(exchange.offered()->lines.front(), "first");
    exchange.tls_started();
    EXPECT_FALSE(exchange.offered());
}

TEST_F(ExchangeTest, is_not_at_rest_while_a_challenge_waits) {
    answer("220");
    exchange.sent("AUTH LOGIN\r\n");
    answer("334");
    EXPECT_FALSE(exchange.at_rest());
    exchange.sent("*\r\n");
    answer("501");
    EXPECT_TRUE(exchange.at_rest());
}

TEST_F(ExchangeTest, sees_SMTPUTF8) {
    EXPECT_FALSE(exchange.utf8());
    exchange.sent("MAIL FROM:<a@b> smtputf8\r\n");
    EXPECT_TRUE(exchange.utf8());
}

}  // namespace
}  // namespace smtpspec::client
