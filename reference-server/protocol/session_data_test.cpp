#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

using namespace std::string_literals;
using harness::codes;
using harness::Conversation;
using testing::HasSubstr;
using testing::StartsWith;

void begin_data(Conversation& client) {
    ASSERT_EQ(codes(client.say("EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n")),
              "250 250 250 354");
}

void begin_chunks(Conversation& client) {
    ASSERT_EQ(codes(client.say("EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\n")), "250 250 250");
}

TEST(Data, ContentIsStoredToTheOctet) {
    std::string all;
    for (int c = 0; c < 256; ++c) {
        if (c != '\r' && c != '\n') all += static_cast<char>(c);
    }
    Conversation client;
    begin_data(client);
    EXPECT_EQ(codes(client.say(all + "\r\n \t trailing \t\r\n..\r\n\r\n.\r\n")), "250");
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].content, all + "\r\n \t trailing \t\r\n.\r\n\r\n");
    EXPECT_EQ(client.stored[0].commit.size, client.stored[0].content.size());
}

TEST(Data, AnEmptyMailIsAMail) {
    Conversation client;
    begin_data(client);
    EXPECT_EQ(codes(client.say(".\r\n")), "250");
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].content, "");
}

TEST(Data, TheTransactionIsOverAfterwards) {
    for (const char* text : {".\r\n", "bare\n.\r\n.\r\n"}) {
        Conversation client;
        begin_data(client);
        client.say(text);
        EXPECT_EQ(codes(client.say("RCPT TO:<bob@example.org>\r\nDATA\r\nMAIL FROM:<>\r\n")), "503 503 250") << text;
    }
}

/// Whatever looks like an end is none: no reply before the true one, nothing behind it run, the mail refused, in step.
TEST(Data, MailWithLoneCrOrLfIsRefusedBehindItsTrueEnd) {
    const std::pair<std::string, const char*> cases[] = {
        {"a\n.\nQUIT\r\n", "LF in line 1"},
        {"a\n.\r\nQUIT\r\n", "LF in line 1"},
        {"a\r\n.\nQUIT\r\n", "LF in line 2"},
        {"a\r.\rQUIT\r\n", "CR in line 1"},
        {"a\r\n.\rQUIT\r\n", "CR in line 2"},
        {"a\r.\r\nQUIT\r\n", "CR in line 1"},
        {"\r\n\r\na\nb\r\nc\rd\r\n", "LF in line 3"},
        {"a\r\n.\r\r\nQUIT\r\n", "CR in line 2"},
        {"a\r\r\n", "CR in line 1"},
        {"\n\r\n", "LF in line 1"},
        {"a\r\n\r\n\n.\r\nQUIT\r\n", "LF in line 3"},
    };
    for (const auto& [text, where] : cases) {
        Conversation client;
        begin_data(client);
        EXPECT_EQ(client.say(text), "") << testing::PrintToString(text);
        const auto reply = client.say(".\r\n");
        EXPECT_THAT(reply, StartsWith("550 5.5.2 ")) << testing::PrintToString(text);
        EXPECT_THAT(reply, HasSubstr(where)) << testing::PrintToString(text);
        EXPECT_EQ(codes(client.say("NOOP\r\n")), "250");
        EXPECT_TRUE(client.stored.empty());
        EXPECT_EQ(client.content.discarded, 1U);
    }
}

TEST(Data, NulNearADotIsContent) {
    Conversation client;
    begin_data(client);
    EXPECT_EQ(client.say("a\r\n\0.\r\n.\0\r\n"s), "");
    EXPECT_EQ(codes(client.say(".\r\n")), "250");
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].content, "a\r\n\0.\r\n\0\r\n"s);
}

TEST(Data, MoreThanAHundredReceivedFieldsAreALoop) {
    for (const int fields : {99, 100, 101}) {
        Conversation client;
        begin_data(client);
        std::string header;
        for (int i = 0; i < fields; ++i) header += "Received: from a by b; Tue, 24 Nov 2026 12:41:00 +0000\r\n";
        EXPECT_THAT(client.say(header + "\r\n.\r\n"), StartsWith(fields > 100 ? "554 5.4.6 " : "250 2.0.0 ")) << fields;
    }
}

TEST(Data, OddTraceFieldsAreNoReasonToRefuse) {
    Conversation client;
    begin_data(client);
    EXPECT_EQ(codes(client.say("Received:\r\nReceived: ;;;\r\n\t(((\r\nReturn-Path: <x>\r\nno header at all\r\n.\r\n")),
              "250");
}

TEST(Data, FailuresToStoreAreTemporary) {
    for (const auto& [outcome, reply] :
         {std::pair{CommitOutcome::no_space, "452 4.3.1 "}, {CommitOutcome::failed, "451 4.3.0 "}}) {
        Conversation client;
        client.outcome = outcome;
        begin_data(client);
        EXPECT_THAT(client.say(".\r\n"), StartsWith(reply));
        EXPECT_EQ(codes(client.say("DATA\r\nMAIL FROM:<>\r\n")), "503 250");
    }
}

TEST(Data, ReceivedFieldTellsWhatIsKnown) {
    Conversation client(harness::test_facts(), {"c7", "2001:db8::1"});
    client.say("EHLO [203.0.113.9] a (b)\r\nMAIL FROM:<>\r\nRCPT TO:<\"a b\"@example.org>\r\nDATA\r\n.\r\n");
    client.say(
        "HELO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nRCPT "
        "TO:<carl@example.org>\r\nDATA\r\n.\r\n");
    client.say("MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nDATA\r\n.\r\n");
    ASSERT_EQ(client.stored.size(), 3U);
    EXPECT_THAT(
        client.stored[0].commit.received_field,
        StartsWith(
            "Received: from [203.0.113.9] ([IPv6:2001:db8::1])\r\n\tby mail.example.org with ESMTP\r\n\tid c7-1\r\n"
            "\tfor <\"a b\"@example.org>;\r\n\tTue, 24 Nov 2026 "));
    EXPECT_EQ(client.stored[0].commit.id, "c7-1");
    EXPECT_THAT(
        client.stored[1].commit.received_field,
        StartsWith(
            "Received: from client.example ([IPv6:2001:db8::1])\r\n\tby mail.example.org with SMTP\r\n\tid c7-2;\r\n"));
    EXPECT_THAT(client.stored[2].commit.received_field, testing::Not(HasSubstr("for")));
}

TEST(Chunking, StoresWhatIsAnnouncedAndNothingElse) {
    Conversation client;
    begin_chunks(client);
    EXPECT_EQ(codes(client.say("BDAT 6\r\na\r\n.\r\nBDAT 2\r\nb\rbdat 7 last\r\n\nQUIT\r\nNOOP\r\n")),
              "250 250 250 250");
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].content, "a\r\n.\r\nb\r\nQUIT\r\n");
}

TEST(Chunking, DotsAreOrdinary) {
    Conversation client;
    begin_chunks(client);
    EXPECT_EQ(codes(client.say("BDAT 11 LAST\r\n..a\r\n.\r\n.\r\nNOOP\r\n")), "250 250");
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].content, "..a\r\n.\r\n.\r\n");
}

TEST(Chunking, LastMayBeEmpty) {
    Conversation client;
    begin_chunks(client);
    EXPECT_EQ(codes(client.say("BDAT 3\r\na\r\nBDAT 0 LAST\r\n")), "250 250");
    EXPECT_EQ(client.stored.at(0).content, "a\r\n");
}

TEST(Chunking, RefusedChunksAreReadToTheirEnd) {
    Conversation client;
    EXPECT_EQ(client.say("BDAT 6 LAST\r\nQUIT\r"), "");
    EXPECT_THAT(client.say("\n"), StartsWith("503 5.5.1 "));
    client.say("HELO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\n");
    EXPECT_EQ(codes(client.say("BDAT 6\r\nQUIT\r\nNOOP\r\n")), "503 250");
    begin_chunks(client);
    EXPECT_EQ(codes(client.say("BDAT 1 LAST\r\nxBDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")),
              "250 503 503 250");
    EXPECT_FALSE(client.closed);
}

TEST(Chunking, SyntaxErrors) {
    for (const char* line : {"BDAT x", "BDAT -1", "BDAT 5 FOO", "BDAT 5LAST", "BDAT 5  LAST", "BDAT LAST",
                             "BDAT 18446744073709551616", "BDAT 99999999999999999999 LAST", "BDAT 1 LAST x"}) {
        Conversation client;
        begin_chunks(client);
        EXPECT_THAT(client.say(std::string(line) + "\r\n"), StartsWith("501 5.5.4 ")) << line;
        EXPECT_EQ(codes(client.say("BDAT 0 LAST\r\n")), "250");
    }
}

TEST(Chunking, SizeLimitHoldsForTheSum) {
    auto facts = harness::test_facts();
    facts->max_mail_size = 10;
    for (const int more : {-1, 0, 1}) {
        Conversation client(facts);
        begin_chunks(client);
        EXPECT_EQ(codes(client.say("BDAT 4\r\nabcd")), "250");
        const auto rest = std::string(static_cast<std::size_t>(6 + more), 'x');
        EXPECT_THAT(client.say("BDAT " + std::to_string(rest.size()) + " LAST\r\n" + rest),
                    StartsWith(more > 0 ? "552 5.3.4 " : "250 "));
        EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\n")), "250");
        EXPECT_EQ(client.stored.size(), more > 0 ? 0U : 1U);
    }
    Conversation client(facts);
    begin_chunks(client);
    EXPECT_EQ(client.say("BDAT 18446744073709551615 LAST\r\n" + std::string(1000, 'x')), "");
    EXPECT_EQ(client.content.octets, "");
}

TEST(Chunking, LineRulesAreThoseOfData) {
    for (const auto& [text, reply] : {std::pair{"a\nb"s, "550 5.5.2 "},
                                      {"a\r"s, "550 5.5.2 "},
                                      {"a\rb"s, "550 5.5.2 "},
                                      {std::string(1001, 'x'), "554 5.6.0 "},
                                      {"no line end"s, "250 2.0.0 "}}) {
        Conversation client;
        begin_chunks(client);
        EXPECT_THAT(client.say("BDAT " + std::to_string(text.size()) + " LAST\r\n" + text), StartsWith(reply))
            << text.substr(0, 9);
    }
}

TEST(Chunking, DoesNotMixWithDataInOneTransaction) {
    Conversation client;
    begin_chunks(client);
    EXPECT_EQ(codes(client.say(
                  "BDAT 2\r\n\r\nDATA\r\nBDAT 0 LAST\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n.\r\n")),
              "250 503 250 250 250 354 250");
    EXPECT_EQ(client.stored.size(), 2U);
}

TEST(Chunking, BinaryContentComesInChunksOnlyAndHasNoLines) {
    auto facts = harness::test_facts();
    facts->binary_mime = true;
    Conversation client(facts);
    client.say("EHLO client.example\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<bob@example.org>\r\n");
    EXPECT_THAT(client.say("DATA\r\n"), StartsWith("503 5.5.1 "));
    EXPECT_EQ(codes(client.say("BDAT 2006 LAST\r\na\nb\rc\r"s + std::string(2000, '\0'))), "250");
    EXPECT_EQ(client.stored.at(0).content, "a\nb\rc\r"s + std::string(2000, '\0'));
    EXPECT_EQ(client.stored.at(0).commit.envelope.body, BodyType::binary_mime);
}

}  // namespace
}  // namespace refserver::protocol
