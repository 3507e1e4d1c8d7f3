#include "protocol/domain.h"

#include <gtest/gtest.h>

namespace refserver::protocol::grammar {
namespace {

bool whole_domain(std::string_view text) {
    Scanner in(text);
    return domain(in) && in.at_end();
}

bool whole_literal(std::string_view text) {
    Scanner in(text);
    return address_literal(in) && in.at_end();
}

TEST(Domain, TakesLabelsOfLettersDigitsAndHyphens) {
    for (const char* text :
         {"a", "example", "a.b", "EXAMPLE.Org", "a-b.c--d.e1", "1.2example.3", "123", "xn--bcher-kva.example"}) {
        EXPECT_TRUE(whole_domain(text)) << text;
    }
}

TEST(Domain, RefusesEverythingElse) {
    for (const char* text :
         {"", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a-.b", "a_b", "a b", "a!b", "#123", "[a]", "a@b", "a\tb"}) {
        EXPECT_FALSE(whole_domain(text)) << text;
    }
}

TEST(Domain, StopsAtWhatCannotBelongToIt) {
    Scanner in("host.example>rest");
    EXPECT_EQ(domain(in), "host.example");
    EXPECT_EQ(in.rest(), ">rest");
}

TEST(Domain, LeavesTheScannerWhereItWasOnFailure) {
    Scanner in("host.-bad");
    EXPECT_FALSE(domain(in));
    EXPECT_EQ(in.rest(), "host.-bad");
}

TEST(AddressLiteral, TakesIpv4) {
    for (const char* text : {"[192.0.2.1]", "[0.0.0.0]", "[255.255.255.255]"}) EXPECT_TRUE(whole_literal(text)) << text;
}

TEST(AddressLiteral, RefusesBadIpv4) {
    for (const char* text :
         {"[]", "[256.1.1.1]", "[1.2.3]", "[1.2.3.4.5]", "[1.2.3.]", "[1..2.3]", "[01.2.3.4]", "[1.2.3.4", "1.2.3.4",
          "[1.2.3.4]]", "[ 1.2.3.4]", "[1.2.3.1000]", "[-1.2.3.4]", "[1.2.3.4 ]"}) {
        EXPECT_FALSE(whole_literal(text)) << text;
    }
}

TEST(AddressLiteral, TakesIpv6) {
    for (const char* text :
         {"[IPv6:2001:db8::1]", "[IPv6:::1]", "[IPv6:::]", "[IPv6:1:2:3:4:5:6:7:8]", "[ipv6:2001:DB8:0:0:0:0:0:1]",
          "[IPv6:1::]", "[IPv6:1:2:3:4:5:6::]", "[IPv6:::3:4:5:6:7:8]", "[IPv6:::ffff:192.0.2.1]",
          "[IPv6:1:2:3:4:5:6:192.0.2.1]", "[IPv6:1::192.0.2.1]", "[IPv6:::192.0.2.1]"}) {
        EXPECT_TRUE(whole_literal(text)) << text;
    }
}

TEST(AddressLiteral, RefusesBadIpv6) {
    for (const char* text :
         {"[IPv6:]", "[IPv6:1]", "[IPv6::]", "[IPv6::1]", "[IPv6:1:2:3:4:5:6:7]", "[IPv6:1:2:3:4:5:6:7:8:9]",
          "[IPv6:1::2::3]", "[IPv6:12345::1]", "[IPv6:g::1]", "[IPv6:1:]", "[IPv6:1:::2]", "[IPv6:1:2:3:4:5:6:7::]",
          "[IPv6:1:2:3:4:5:6:7:192.0.2.1]", "[IPv6:192.0.2.1]", "[IPv6:::1%lo]", "[::1]", "[IPv6:::256.0.2.1]",
          "[IPv6:1::192.0.2.1:2]", "[IPv6:1:2:3:4:5:6:7:8:]"}) {
        EXPECT_FALSE(whole_literal(text)) << text;
    }
}

TEST(AddressLiteral, TakesOtherTagsButNoBracketOrBackslashInside) {
    EXPECT_TRUE(whole_literal("[x-unknown:foo]"));
    EXPECT_TRUE(whole_literal("[X25:311061700956]"));
    for (const char* text : {"[tag:]", "[:foo]", "[tag-:foo]", "[tag:a[b]", "[tag:a\\b]", "[tag:a b]", "[tag]"}) {
        EXPECT_FALSE(whole_literal(text)) << text;
    }
}

}  // namespace
}  // namespace refserver::protocol::grammar
