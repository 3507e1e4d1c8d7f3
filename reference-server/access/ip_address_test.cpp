#include "access/ip_address.h"

#include <gtest/gtest.h>

namespace refserver::access {
namespace {

TEST(IpAddress, IsWrittenInItsUsualForm) {
    const std::pair<const char*, const char*> cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::1", "::1"},
        {"::", "::"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::ffff:c000:201", "192.0.2.1"},
        {"fe80::1%lo", "fe80::1"},
    };
    for (const auto& [text, expected] : cases) {
        const auto address = IpAddress::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->to_string(), expected);
    }
}

TEST(IpAddress, TakesNothingElse) {
    using namespace std::string_view_literals;
    for (const auto text :
         {""sv, "127.1"sv, "0x7f000001"sv, "010.0.0.1"sv, "1.2.3.4.5"sv, "256.0.0.1"sv, " 192.0.2.1"sv, "192.0.2.1 "sv,
          "192.0.2.1\0"sv, "192.0.2.1%lo"sv, "::1%"sv, "1::2::3"sv, "12345::"sv, "[::1]"sv, "localhost"sv,
          "192.0.2.1/32"sv, "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001"sv}) {
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    }
}

TEST(IpAddress, MappedAndPlainAreTheSame) {
    EXPECT_EQ(IpAddress::parse("::ffff:127.0.0.1"), IpAddress::parse("127.0.0.1"));
    EXPECT_EQ(IpAddress::from_v4({192, 0, 2, 1}), *IpAddress::parse("::ffff:192.0.2.1"));
    EXPECT_TRUE(IpAddress::parse("::ffff:192.0.2.1")->is_v4());
    EXPECT_FALSE(IpAddress::parse("::192.0.2.1")->is_v4());
    EXPECT_NE(IpAddress::parse("::192.0.2.1"), IpAddress::parse("192.0.2.1"));
}

TEST(IpAddress, ScopeIsNotPartOfTheValue) {
    EXPECT_EQ(IpAddress::parse("::1%lo"), IpAddress::parse("::1"));
}

TEST(IpAddress, KnowsLoopback) {
    for (const auto* text : {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(IpAddress::parse(text)->is_loopback()) << text;
    }
    for (const auto* text : {"128.0.0.1", "126.255.255.255", "::", "::2", "1::1", "10.0.0.1"}) {
        EXPECT_FALSE(IpAddress::parse(text)->is_loopback()) << text;
    }
}

TEST(IpAddress, OrderIsThatOfTheOctets) {
    EXPECT_LT(*IpAddress::parse("192.0.2.9"), *IpAddress::parse("192.0.2.10"));
    EXPECT_LT(*IpAddress::parse("2001:db8::ff"), *IpAddress::parse("2001:db8::100"));
}

}  // namespace
}  // namespace refserver::access
