#include "client/message.h"

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const MessageParts parts{.from = "ann@remote.example", .to = "alice@example.org", .marker = "m4rk3r", .number = 3};

TEST(DotStuffing, touches_only_dots_that_begin_a_line) {
    EXPECT_EQ(dot_stuffed(""), "");
    EXPECT_EQ(dot_stuffed("."), "..");
    EXPECT_EQ(dot_stuffed(".\r\n..\r\na.b\r\n"), "..\r\n...\r\na.b\r\n");
    EXPECT_EQ(dot_stuffed("a\n.b\r.c\r\n"), "a\n.b\r.c\r\n");
}

TEST(DotStuffing, is_undone_by_the_reverse) {
    for (const char* content : {"", ".", "..", ".\r\n", "a\r\n.\r\n..b\r\n", "a\n.b\r\n", "\r\n.\r\n"}) {
        EXPECT_EQ(dot_unstuffed(dot_stuffed(content)), content);
    }
}

TEST(AsData, ends_with_a_line_that_holds_a_dot) {
    EXPECT_EQ(as_data(""), ".\r\n");
    EXPECT_EQ(as_data("a\r\n"), "a\r\n.\r\n");
    EXPECT_EQ(as_data("a"), "a\r\n.\r\n");
    EXPECT_EQ(as_data("a\n"), "a\n\r\n.\r\n");
    EXPECT_EQ(as_data(".\r\n"), "..\r\n.\r\n");
}

TEST(SmallMessage, has_what_every_message_needs_and_can_be_found) {
    const Message message(small_message(parts));
    EXPECT_EQ(message.field("from", 1), "<ann@remote.example>");
    EXPECT_EQ(message.field("TO", 1), "<alice@example.org>");
    EXPECT_EQ(message.field("Message-ID", 1), "<m4rk3r.3@client.example>");
    EXPECT_EQ(message.field("Subject", 1), "m4rk3r");
    EXPECT_THAT(*message.field("Date", 1),
                ::testing::ContainsRegex("^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} "));
    EXPECT_THAT(std::string(message.body()), HasSubstr("m4rk3r"));
}

TEST(MessageOf, has_exactly_so_many_octets) {
    for (std::size_t octets :
         {2,   3,   4,   76,  77,  78,  79,  80,  81,  156, 157, 158, 200, 201, 202,  203,   250,    251,
          252, 253, 254, 255, 256, 257, 258, 259, 260, 261, 331, 332, 333, 334, 1000, 65537, 1048576}) {
        const std::string message = message_of(octets, parts);
        EXPECT_EQ(message.size(), octets);
        EXPECT_TRUE(message.ends_with("\r\n")) << octets;
        EXPECT_EQ(dot_stuffed(message), message) << octets;
        std::size_t longest = 0;
        for (std::size_t start = 0; start < message.size();) {
            const std::size_t end = message.find("\r\n", start);
            ASSERT_NE(end, std::string::npos) << octets;
            longest = std::max(longest, end - start);
            start = end + 2;
        }
        EXPECT_LE(longest, 78U) << octets;
    }
    EXPECT_THAT(message_of(1000, parts), StartsWith("Date: "));
    EXPECT_THROW(message_of(1, parts), std::invalid_argument);
    EXPECT_THROW(message_of(0, parts), std::invalid_argument);
}

TEST(Message, knows_its_fields_and_its_body) {
    const Message message(
        "Received: one\r\nReceived:\ttwo\r\n  folded \r\nSubject : s\r\n\r\nbody: no\r\n\r\nmore\r\n");
    EXPECT_EQ(message.header().size(), 3U);
    EXPECT_EQ(message.field("received", 1), "one");
    EXPECT_EQ(message.field("received", 2), "two  folded");
    EXPECT_EQ(message.field("received", 3), std::nullopt);
    EXPECT_EQ(message.field("Subject", 1), "s");
    EXPECT_EQ(message.field("body", 1), std::nullopt);
    EXPECT_EQ(message.body(), "body: no\r\n\r\nmore\r\n");
}

TEST(Message, without_a_header_section_is_all_body) {
    for (const char* text : {"just text\r\n", "no field here: x\r\n", ": x\r\n", " folded\r\n"}) {
        EXPECT_TRUE(Message(text).header().empty()) << text;
        EXPECT_EQ(Message(text).body(), text);
    }
    EXPECT_EQ(Message("\r\nbody").body(), "body");
    EXPECT_EQ(Message("").body(), "");
    EXPECT_EQ(Message("A: b").field("A", 1), "b");
}

TEST(HeaderFields, are_told_from_other_text) {
    EXPECT_TRUE(is_header_fields("A: b\r\n"));
    EXPECT_TRUE(is_header_fields("A: b\n c\nD:\n"));
    for (const char* none : {"", "A: b", "A: b\r\n\r\n", " c\r\n", "A b\r\n", "A: b\r\nfree text\r\n"}) {
        EXPECT_FALSE(is_header_fields(none)) << none;
    }
}

}  // namespace
}  // namespace smtpspec::client
