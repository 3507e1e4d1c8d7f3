#include "outgoing-mail/smtp_text.h"

#include <gtest/gtest.h>

namespace refserver::outgoing_mail {
namespace {

using namespace std::string_literals;

// RFC 4648 §10.
TEST(SmtpText, Base64) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("\0\xff\xfe"s), "AP/+");
}

TEST(SmtpText, IsBase64) {
    for (const char* right : {"", "Zg==", "Zm8=", "Zm9v", "AP/+"}) EXPECT_TRUE(from_base64(right)) << right;
    for (const char* wrong : {"Z", "!!!!", "Zg=", "Z===", "Zg==Zg==", "=Zg=", "Zm 9"})
        EXPECT_FALSE(from_base64(wrong)) << wrong;
}

// RFC 3461 §4.
TEST(SmtpText, Xtext) {
    EXPECT_EQ(xtext("QQ314159"), "QQ314159");
    EXPECT_EQ(xtext("a+b=c d"), "a+2Bb+3Dc+20d");
    EXPECT_EQ(xtext("x\r\ny"), "x+0D+0Ay");
}

// RFC 3461 §4.2, RFC 6533 §3.
TEST(SmtpText, OriginalRecipient) {
    EXPECT_EQ(original_recipient_xtext("rfc822;bob@example.org", false), "rfc822;bob@example.org");
    EXPECT_EQ(original_recipient_xtext("rfc822;b+c@example.org", false), "rfc822;b+2Bc@example.org");
    EXPECT_EQ(original_recipient_xtext("utf-8;b\xc3\xb6"
                                       "b\\+@example.org",
                                       false),
              "utf-8;b\\x{F6}b\\x{5C}\\x{2B}@example.org");
    EXPECT_EQ(original_recipient_xtext("utf-8;\xe4\xbd\xa0\xf0\x9f\x98\x80", false), "utf-8;\\x{4F60}\\x{1F600}");
    EXPECT_EQ(original_recipient_xtext("utf-8;\xe4\xbd\xa0+", true), "utf-8;\xe4\xbd\xa0\\x{2B}");
    EXPECT_EQ(original_recipient_xtext("bob@example.org", false), "rfc822;bob@example.org");
}

TEST(SmtpText, Notify) {
    EXPECT_TRUE(is_notify("NEVER"));
    EXPECT_TRUE(is_notify("SUCCESS,FAILURE,DELAY"));
    EXPECT_FALSE(is_notify(""));
    EXPECT_FALSE(is_notify("NEVER,SUCCESS"));
    EXPECT_FALSE(is_notify("SUCCESS "));
    EXPECT_TRUE(notify_contains("SUCCESS,FAILURE", "FAILURE"));
    EXPECT_FALSE(notify_contains("SUCCESS,DELAY", "FAILURE"));
}

TEST(SmtpText, Domain) {
    EXPECT_EQ(domain_of("ann@Example.ORG"), "example.org");
    EXPECT_EQ(domain_of("\"a@b\"@c.example"), "c.example");
    EXPECT_EQ(domain_of("ann@[IPv6:::1]"), "[ipv6:::1]");
    EXPECT_EQ(domain_of("ann"), "");
}

}  // namespace
}  // namespace refserver::outgoing_mail
