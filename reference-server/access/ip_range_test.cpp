#include "access/access.h"

#include <gtest/gtest.h>

namespace refserver::access {
namespace {

struct Case {
    const char* range;
    const char* first;
    const char* last;
};

TEST(Range, HasBothEndsAndWhatIsBetweenAndNoMore) {
    const Case cases[] = {Case{"192.0.2.7", "192.0.2.7", "192.0.2.7"},
                          Case{"2001:db8::7", "2001:db8::7", "2001:db8::7"},
                          Case{"::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"},
                          Case{"192.0.2.10-192.0.2.20", "192.0.2.10", "192.0.2.20"},
                          Case{"192.0.2.10-192.0.2.10", "192.0.2.10", "192.0.2.10"},
                          Case{"::ffff:192.0.2.10-192.0.2.20", "192.0.2.10", "192.0.2.20"},
                          Case{"2001:db8::1-2001:db8::ffff", "2001:db8::1", "2001:db8::ffff"},
                          Case{"192.0.2.0/24", "192.0.2.0", "192.0.2.255"},
                          Case{"192.0.2.128/25", "192.0.2.128", "192.0.2.255"},
                          Case{"192.0.2.4/31", "192.0.2.4", "192.0.2.5"},
                          Case{"192.0.2.4/32", "192.0.2.4", "192.0.2.4"},
                          Case{"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
                          Case{"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
                          Case{"2001:db8::1/128", "2001:db8::1", "2001:db8::1"},
                          Case{"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
                          Case{"::ffff:192.0.2.0/120", "192.0.2.0", "192.0.2.255"}};
    for (const auto& expected : cases) {
        SCOPED_TRACE(expected.range);
        const auto range = IpRange::parse(expected.range);
        ASSERT_TRUE(range);
        EXPECT_EQ(range->first.to_string(), expected.first);
        EXPECT_EQ(range->last.to_string(), expected.last);
        EXPECT_TRUE(range->contains(range->first));
        EXPECT_TRUE(range->contains(range->last));
    }
}

TEST(IpRange, LeavesOutTheNeighbours) {
    const auto range = IpRange::parse("192.0.2.10-192.0.2.20");
    EXPECT_FALSE(range->contains(*IpAddress::parse("192.0.2.9")));
    EXPECT_TRUE(range->contains(*IpAddress::parse("192.0.2.15")));
    EXPECT_FALSE(range->contains(*IpAddress::parse("192.0.2.21")));
    const auto block = IpRange::parse("192.0.2.128/25");
    EXPECT_FALSE(block->contains(*IpAddress::parse("192.0.2.127")));
    EXPECT_FALSE(block->contains(*IpAddress::parse("192.0.3.0")));
}

TEST(IpRange, OfIpv6HasNoIpv4AddressAndTheOtherWayRound) {
    EXPECT_FALSE(IpRange::parse("::/0")->contains(*IpAddress::parse("192.0.2.1")));
    EXPECT_FALSE(IpRange::parse("0.0.0.0/0")->contains(*IpAddress::parse("2001:db8::1")));
    EXPECT_TRUE(IpRange::parse("0.0.0.0/0")->contains(*IpAddress::parse("::ffff:192.0.2.1")));
}

TEST(IpRange, RefusesEverythingElseAndSaysWhy) {
    for (const auto* text : {"",
                             "localhost",
                             "127.1",
                             "192.0.2.7/24",
                             "192.0.2.0/33",
                             "192.0.2.0/",
                             "192.0.2.0/-1",
                             "192.0.2.0/+8",
                             "192.0.2.0/024",
                             "192.0.2.0/8x",
                             "192.0.2.0/255.255.255.0",
                             "2001:db8::/129",
                             "2001:db8::1/64",
                             "::ffff:192.0.2.0/90",
                             "192.0.2.20-192.0.2.10",
                             "192.0.2.1-2001:db8::1",
                             "2001:db8::1-192.0.2.1",
                             "192.0.2.1-",
                             "-192.0.2.1",
                             "192.0.2.1-20",
                             "192.0.2.1 - 192.0.2.2",
                             "192.0.2.1-192.0.2.2-192.0.2.3",
                             "192.0.2.0/24-192.0.3.0/24",
                             "fe80::1%lo",
                             "fe80::%lo/64",
                             "192.0.2.*",
                             "192.0.2.1,192.0.2.2"}) {
        std::string why;
        EXPECT_FALSE(IpRange::parse(text, &why)) << text;
        EXPECT_FALSE(why.empty()) << text;
        EXPECT_FALSE(IpRange::parse(text)) << text;
    }
}

}  // namespace
}  // namespace refserver::access
