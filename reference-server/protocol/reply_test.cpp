#include "protocol/reply.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

TEST(Reply, EveryNamedReplyIsWellFormed) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(ReplyName::count); ++i) {
        const auto& entry = reply(static_cast<ReplyName>(i));
        SCOPED_TRACE(std::to_string(entry.code) + " " + std::string(entry.text));
        EXPECT_GE(entry.code, 200);
        EXPECT_LE(entry.code, 559);  // RFC 5321 §4.2: the second digit is 0 to 5
        EXPECT_FALSE(entry.citation.empty());
        if (entry.enhanced.empty()) {
            // RFC 2034 §4: only the greeting, the answers to EHLO and HELO and 3yz have none.
            const bool exempt =
                entry.code / 100 == 3 || entry.name == ReplyName::greeting || entry.name == ReplyName::helo_ok;
            EXPECT_TRUE(exempt);
        } else {
            EXPECT_EQ(entry.enhanced.front() - '0', entry.code / 100);
            EXPECT_EQ(std::ranges::count(entry.enhanced, '.'), 2);
        }
        // RFC 5321 §4.2: these begin with the domain.
        const bool with_domain = entry.code == 221 || entry.code == 421 || entry.name == ReplyName::greeting ||
                                 entry.name == ReplyName::helo_ok;
        EXPECT_EQ(entry.names_server, with_domain);
    }
}

TEST(Reply, HasASpaceEvenWithoutText) {
    EXPECT_EQ(format_reply(334, "", ""), "334 \r\n");
}

TEST(Reply, RepeatsCodeAndEnhancedCodeOnEachLine) {
    EXPECT_EQ(format_reply(214, "2.0.0", "one\ntwo"), "214-2.0.0 one\r\n214 2.0.0 two\r\n");
    EXPECT_EQ(format_reply(250, "", "a\nB\nC=1"), "250-a\r\n250-B\r\n250 C=1\r\n");
}

TEST(Reply, ShowsNothingThatMayNotStandInALine) {
    EXPECT_EQ(format_reply(550, "5.7.1", "a\rb\x01\xc3\xa4\x7f\tc"), "550 5.7.1 a?b????\tc\r\n");
}

TEST(Reply, LinesHaveAtMost512Octets) {
    EXPECT_EQ(format_reply(550, "", std::string(506, 'x')).size(), 512U);
    EXPECT_EQ(format_reply(550, "", std::string(507, 'x')).size(), 512U);
    EXPECT_TRUE(format_reply(550, "", std::string(5000, 'x')).ends_with("x\r\n"));
}

}  // namespace
}  // namespace refserver::protocol
