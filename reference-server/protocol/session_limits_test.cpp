#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// RFC 5321 §4.5.3.1: each limit minus one, itself, plus one; and in step behind it.
namespace refserver::protocol {
namespace {

using harness::codes;
using harness::Conversation;
using testing::StartsWith;

std::string padded(std::string line, std::size_t octets) {
    line.resize(octets - 2, ' ');
    return line + "\r\n";
}

TEST(CommandLineLimit, Is512ForCommandsWithoutExtension) {
    for (const char* line : {"NOOP", "RSET", "VRFY bob", "EHLO client.example", "HELP"}) {
        for (const std::size_t octets : {511U, 512U}) {
            Conversation client;
            EXPECT_THAT(codes(client.say(padded(line, octets))), StartsWith("2")) << line << octets;
        }
        Conversation client;
        EXPECT_THAT(client.say(padded(line, 513)), StartsWith("500 5.5.2 ")) << line;
        EXPECT_EQ(codes(client.say("NOOP\r\n")), "250");
    }
}

/// SIZE 26, 8BITMIME 17, AUTH 500, MT-PRIORITY 15; with all that delivery may do 16, 10, 524, 17 more, and 11 inside
/// TLS.
TEST(CommandLineLimit, GrowsByTheExtensionsOnOffer) {
    auto everything = harness::test_facts();
    everything->dsn = everything->smtputf8 = everything->binary_mime = everything->require_tls = true;
    everything->deliver_by = true;
    const struct {
        std::shared_ptr<ServerFacts> facts;
        bool tls;
        const char* line;
        std::size_t limit;
    } cases[] = {
        {harness::test_facts(), false, "MAIL FROM:<a@b.example>", 512 + 26 + 17 + 500 + 15},
        {harness::test_facts(), false, "RCPT TO:<bob@example.org>", 512},
        {everything, false, "MAIL FROM:<a@b.example>", 512 + 26 + 17 + 500 + 15 + 16 + 10 + 524 + 17},
        {everything, true, "MAIL FROM:<a@b.example>", 512 + 26 + 17 + 500 + 15 + 16 + 10 + 524 + 17 + 11},
        {everything, false, "RCPT TO:<bob@example.org>", 512 + 524},
        {everything, false, "VRFY bob", 512 + 10},
    };
    for (const auto& c : cases) {
        for (const int more : {-1, 0, 1}) {
            Conversation client(c.facts, {"c1", "192.0.2.1", c.tls});
            client.say("EHLO client.example\r\n");
            if (c.line[0] == 'R') client.say("MAIL FROM:<>\r\n");
            EXPECT_EQ(codes(client.say(padded(c.line, c.limit + more))).front(), more > 0 ? '5' : '2')
                << c.line << c.limit + more;
        }
    }
}

TEST(CommandLineLimit, NothingOfAnOverlongLineIsRun) {
    for (const std::size_t octets :
         {std::size_t{600}, std::size_t{12'290}, std::size_t{12'291}, std::size_t{100'000}}) {
        Conversation client;
        const auto filler = std::string(octets, 'x') + "\nQUIT\n\rQUIT\r";
        EXPECT_EQ(codes(client.say("NOOP " + filler + "\r\nNOOP\r\n")), "500 250") << octets;
        EXPECT_FALSE(client.closed);
    }
}

TEST(PathLimit, LocalPartDomainAndPath) {
    const auto local = [](std::size_t n) { return "MAIL FROM:<" + std::string(n, 'l') + "@b.example>\r\n"; };
    const auto path = [](std::size_t n) { return "MAIL FROM:<u@" + std::string(n - 4, 'd') + ">\r\n"; };
    for (const auto& [line, expected] : {std::pair{local(63), "250 2.1.0 "},
                                         {local(64), "250 2.1.0 "},
                                         {local(65), "501 5.1.7 "},
                                         {path(255), "250 2.1.0 "},
                                         {path(256), "250 2.1.0 "},
                                         {path(257), "501 5.1.7 "}}) {
        Conversation client;
        client.say("EHLO client.example\r\n");
        EXPECT_THAT(client.say(line), StartsWith(expected)) << line;
    }
    const auto recipient = [](std::size_t n) { return "RCPT TO:<" + std::string(n, 'l') + "@example.org>\r\n"; };
    for (const auto& [line, expected] : {std::pair{recipient(64), "250 2.1.5 "}, {recipient(65), "501 5.1.3 "}}) {
        Conversation client;
        client.say("EHLO client.example\r\nMAIL FROM:<>\r\n");
        EXPECT_THAT(client.say(line), StartsWith(expected)) << line;
    }
}

TEST(DomainLimit, OfEhlo) {
    for (const auto& [octets, expected] : {std::pair{254U, "250"}, {255U, "250"}, {256U, "501"}}) {
        Conversation client;
        EXPECT_EQ(codes(client.say("EHLO " + std::string(octets, 'd') + "\r\n")), expected) << octets;
    }
}

/// X6.
TEST(RecipientLimit, RefusesOneTooManyAndKeepsTheOthers) {
    Conversation client;
    client.say("EHLO client.example\r\nMAIL FROM:<>\r\n");
    EXPECT_EQ(
        codes(client.say(
            "RCPT TO:<a@example.org>\r\nRCPT TO:<unknown@example.org>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<bad\r\n"
            "RCPT TO:<c@example.org>\r\n")),
        "250 550 250 501 250");
    EXPECT_THAT(client.say("RCPT TO:<d@example.org>\r\n"), StartsWith("452 4.5.3 "));
    EXPECT_THAT(client.say("RCPT TO:<unknown@example.org>\r\n"), StartsWith("452 4.5.3 "));
    EXPECT_EQ(codes(client.say("DATA\r\n.\r\n")), "354 250");
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].commit.envelope.recipients.size(), 3U);
}

TEST(RecipientLimit, StartsAgainWithEachTransaction) {
    const std::string three = "RCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\n";
    for (const char* end : {"RSET\r\n", "EHLO client.example\r\n", "DATA\r\n.\r\n", "BDAT 0 LAST\r\n"}) {
        Conversation client;
        client.say("EHLO client.example\r\nMAIL FROM:<>\r\n" + three + end);
        EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\n" + three + "RCPT TO:<d@example.org>\r\n")), "250 250 250 250 452")
            << end;
    }
}

/// RFC 1870 §5: octets with CR LF, without the doubled dots and the end.
TEST(SizeLimit, CountsDecodedOctets) {
    const std::string line = "..234567\r\n";  // nine octets
    for (const int more : {-1, 0, 1}) {
        auto facts = harness::test_facts();
        facts->max_mail_size = 9 * 100;
        Conversation client(facts);
        client.say("EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
        std::string text;
        for (int i = 0; i < 99; ++i) text += line;
        text += std::string(static_cast<std::size_t>(7 + more), 'x') + "\r\n";
        EXPECT_THAT(client.say(text + ".\r\n"), StartsWith(more > 0 ? "552 5.3.4 " : "250 2.0.0 ")) << more;
        EXPECT_EQ(client.stored.size(), more > 0 ? 0U : 1U);
        EXPECT_LE(client.content.octets.size(), 900U);
        EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\n")), "250");
    }
}

TEST(SizeLimit, AsAnnounced) {
    const std::pair<const char*, const char*> cases[] = {
        {"SIZE=0", "250 2.1.0 "},
        {"SIZE=99999", "250 2.1.0 "},
        {"size=100000", "250 2.1.0 "},
        {"SIZE=100001", "552 5.3.4 "},
        {"SIZE=99999999999999999999", "552 5.3.4 "},
        {"SIZE=00000000000000000001", "250 2.1.0 "},
        {"SIZE=000000000000000000001", "501 5.5.4 "},
        {"SIZE=", "501 5.5.4 "},
        {"SIZE", "501 5.5.4 "},
        {"SIZE=-1", "501 5.5.4 "},
        {"SIZE=abc", "501 5.5.4 "},
        {"SIZE=1x", "501 5.5.4 "},
        {"SIZE=1 SIZE=2", "501 5.5.4 "},
        {"SIZE=1 size=1", "501 5.5.4 "},
    };
    for (const auto& [parameter, expected] : cases) {
        Conversation client;
        client.say("EHLO client.example\r\n");
        EXPECT_THAT(client.say("MAIL FROM:<> " + std::string(parameter) + "\r\n"), StartsWith(expected)) << parameter;
    }
}

TEST(SizeLimit, WithoutOneEverythingFits) {
    auto facts = harness::test_facts();
    facts->max_mail_size = 0;
    Conversation client(facts);
    EXPECT_THAT(client.say("EHLO client.example\r\n"), testing::HasSubstr("SIZE 0\r\n"));
    EXPECT_EQ(codes(client.say("MAIL FROM:<> SIZE=99999999999999999999\r\nRCPT TO:<a@example.org>\r\nDATA\r\n")),
              "250 250 354");
    std::string text;
    for (int i = 0; i < 2000; ++i) text += std::string(98, 'x') + "\r\n";
    EXPECT_EQ(codes(client.say(text + ".\r\n")), "250");
}

TEST(TextLineLimit, IsRefusedBehindTheTrueEnd) {
    for (const auto& [octets, dot, expected] :
         {std::tuple{998U, "", "250 2.0.0 "}, {999U, "", "554 5.6.0 "}, {998U, ".", "250 2.0.0 "}}) {
        Conversation client;
        client.say("EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
        const std::string line = dot + (*dot ? "." + std::string(octets - 1, 'x') : std::string(octets, 'x')) + "\r\n";
        EXPECT_EQ(client.say(line), "");
        EXPECT_THAT(client.say(".\r\n"), StartsWith(expected)) << octets << dot;
        EXPECT_EQ(codes(client.say("NOOP\r\n")), "250");
    }
}

}  // namespace
}  // namespace refserver::protocol
