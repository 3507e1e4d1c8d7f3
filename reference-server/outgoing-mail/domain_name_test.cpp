#include "outgoing-mail/domain_name.h"

#include <gtest/gtest.h>

namespace refserver::outgoing_mail {
namespace {

TEST(AsciiDomain, LeavesAsciiAsItIs) {
    EXPECT_EQ(to_ascii_domain("mail.Example.org"), "mail.Example.org");
    EXPECT_EQ(to_ascii_domain(""), "");
    EXPECT_EQ(to_ascii_domain("example.org."), "example.org.");
}

// The samples of RFC 3492 §7.1 (A, B, I, L), and names in use.
TEST(AsciiDomain, EncodesLabels) {
    EXPECT_EQ(to_ascii_domain("bücher.example"), "xn--bcher-kva.example");
    EXPECT_EQ(to_ascii_domain("faß.bücher"), "xn--fa-hia.xn--bcher-kva");
    EXPECT_EQ(to_ascii_domain("ليهمابتكلموشعربي؟"), "xn--egbpdaj6bu4bxfgehfvwxn");
    EXPECT_EQ(to_ascii_domain("他们为什么不说中文"), "xn--ihqwcrb4cv8a8dqg056pqjye");
    EXPECT_EQ(to_ascii_domain("почемужеонинеговорятпорусски"), "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l");
    EXPECT_EQ(to_ascii_domain("3年b組金八先生"), "xn--3b-ww4c5e180e575a65lsy2b");
}

TEST(AsciiDomain, WhatIsNotUtf8IsNoDomain) {
    for (const char* bad : {"\xff.example", "\xc3.example", "\xc0\xaf", "b\xc3", "\xe4\xbd(", "\xf5\x80\x80\x80"}) {
        EXPECT_EQ(to_ascii_domain(bad), std::nullopt) << bad;
    }
    std::string too_long;
    for (int i = 0; i < 64; ++i) too_long += "ü";
    EXPECT_EQ(to_ascii_domain(too_long), std::nullopt);
}

}  // namespace
}  // namespace refserver::outgoing_mail
