#include "protocol/verbs.h"

#include "protocol/session_harness.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// Every command in every state.
namespace refserver::protocol {
namespace {

using harness::codes;
using harness::Conversation;

enum State { after_greeting, after_helo, after_ehlo, after_mail, after_rcpt, after_bdat, number_of_states };
constexpr const char* state_names[] = {"greeting", "HELO", "EHLO", "MAIL", "RCPT", "BDAT"};

void bring_to(Conversation& client, State state) {
    if (state == after_helo) client.say("HELO client.example\r\n");
    if (state >= after_ehlo) client.say("EHLO client.example\r\n");
    if (state >= after_mail) client.say("MAIL FROM:<ann@remote.example>\r\n");
    if (state >= after_rcpt) client.say("RCPT TO:<bob@example.org>\r\n");
    if (state >= after_bdat) client.say("BDAT 2\r\n\r\n");
}

struct Row {
    const char* line;
    const char* replies[number_of_states];
};

// RFC 5321 §4.1.4 and §4.3.2; RFC 3030, RFC 3207 and RFC 4954 for the extensions.
constexpr Row rows[] = {
    //                                      greeting  HELO     EHLO     MAIL     RCPT     BDAT
    {"EHLO client.example", {"250", "250", "250", "250", "250", "250"}},
    {"HELO client.example", {"250", "250", "250", "250", "250", "250"}},
    {"MAIL FROM:<>", {"503", "250", "250", "503", "503", "503"}},
    {"RCPT TO:<carl@example.org>", {"503", "503", "503", "250", "250", "503"}},
    {"DATA", {"503", "503", "503", "503", "354", "503"}},
    {"BDAT 2 LAST\r\n", {"503", "503", "503", "503", "250", "250"}},
    {"RSET", {"250", "250", "250", "250", "250", "250"}},
    {"NOOP", {"250", "250", "250", "250", "250", "250"}},
    {"VRFY bob", {"252", "252", "252", "252", "252", "252"}},
    {"EXPN staff", {"252", "252", "252", "252", "252", "252"}},
    {"HELP", {"214", "214", "214", "214", "214", "214"}},
    {"QUIT", {"221", "221", "221", "221", "221", "221"}},
    {"STARTTLS", {"503", "503", "220", "220", "220", "220"}},
    {"AUTH PLAIN", {"503", "503", "334", "503", "503", "503"}},
    {"TURN", {"500", "500", "500", "500", "500", "500"}},
};

std::shared_ptr<ServerFacts> facts_with_tls() {
    auto facts = harness::test_facts();
    facts->tls_available = true;
    return facts;
}

TEST(Verbs, EveryCommandInEveryState) {
    for (const auto& row : rows) {
        for (int state = 0; state < number_of_states; ++state) {
            Conversation client(facts_with_tls());
            bring_to(client, static_cast<State>(state));
            EXPECT_EQ(codes(client.say(std::string(row.line) + "\r\n")), row.replies[state])
                << row.line << " after " << state_names[state];
        }
    }
}

TEST(Verbs, TheTableAboveHasEachVerbOfTheSession) {
    std::set<std::string_view> tested;
    for (const auto& row : rows) {
        const std::string_view line = row.line;
        tested.insert(line.substr(0, line.find_first_of(" \r")));
    }
    tested.erase("TURN");
    std::set<std::string_view> known;
    for (const auto& verb : verbs()) known.insert(verb.name);
    EXPECT_EQ(tested, known);
}

/// What changes nothing: refused commands and those without effect (RFC 5321 §4.1.4: the state stays as it was).
TEST(Verbs, WhatFailsOrOnlyAsksLeavesTheTransactionAlone) {
    for (const char* line :
         {"EHLO",         "EHLO bad_name", "HELO a b", "MAIL FROM:<>", "MAIL FROM:", "RCPT TO:<unknown@example.org>",
          "RCPT TO:bad",  "DATA now",      "RSET now", "NOOP",         "NOOP text",  "VRFY bob",
          "VRFY a b",     "EXPN staff",    "HELP",     "HELP MAIL",    "HELP me",    "QUIT now",
          "STARTTLS now", "AUTH PLAIN",    "BDAT x",   "FOO",          "",           " ",
          "\x01",         "\xff"}) {
        Conversation client(facts_with_tls());
        bring_to(client, after_rcpt);
        client.say(std::string(line) + "\r\n");
        EXPECT_EQ(codes(client.say_lines({"DATA"})), "354") << line;
        EXPECT_EQ(codes(client.say(".\r\n")), "250") << line;
        ASSERT_EQ(client.stored.size(), 1U) << line;
        EXPECT_EQ(client.stored[0].commit.envelope.reverse_path.mailbox->to_string(), "ann@remote.example");
        EXPECT_EQ(client.stored[0].commit.envelope.recipients.size(), 1U) << line;
    }
}

TEST(Verbs, WhatEndsATransaction) {
    for (const char* line : {"EHLO client.example", "HELO client.example", "RSET", "STARTTLS"}) {
        for (const State state : {after_mail, after_rcpt, after_bdat}) {
            Conversation client(facts_with_tls());
            bring_to(client, state);
            client.say(std::string(line) + "\r\n");
            EXPECT_EQ(client.content.discarded, client.content.begun) << line << " after " << state_names[state];
            EXPECT_EQ(codes(client.say("RCPT TO:<bob@example.org>\r\nDATA\r\nBDAT 0 LAST\r\n")), "503 503 503") << line;
            EXPECT_EQ(codes(client.say("EHLO client.example\r\nMAIL FROM:<>\r\n")), "250 250") << line;
            EXPECT_TRUE(client.stored.empty());
        }
    }
}

struct Arguments {
    const char* line;
    const char* reply;
};

TEST(Verbs, ArgumentsAreCheckedBeforeTheOrderOfCommands) {
    const Arguments cases[] = {
        {"EHLO", "501 5.5.4"},      {"HELO", "501 5.5.4"},      {"MAIL", "501 5.5.4"},      {"RCPT", "501 5.5.4"},
        {"DATA x", "501 5.5.4"},    {"RSET x", "501 5.5.4"},    {"VRFY", "501 5.5.4"},      {"EXPN", "501 5.5.4"},
        {"QUIT x", "501 5.5.4"},    {"AUTH", "501 5.5.4"},      {"BDAT", "501 5.5.4"},      {"STARTTLS x", "501 5.5.4"},
        {"HELP TURN", "504 5.5.4"}, {"HELP NOOP", "214 2.0.0"}, {"HELP noop", "214 2.0.0"},
    };
    for (const auto& [line, reply] : cases) {
        Conversation client(facts_with_tls());
        EXPECT_THAT(client.say(std::string(line) + "\r\n"), testing::StartsWith(reply)) << line;
        EXPECT_FALSE(client.closed);
    }
}

TEST(Verbs, AreTakenInAnyCaseAndWithWhiteSpaceBehind) {
    Conversation client;
    EXPECT_EQ(codes(client.say("eHlO client.example \t\r\nmail from:<ann@remote.example>  \r\nRcpt "
                               "To:<bob@example.org>\t\r\ndata \r\n.\r\n"
                               "rset\t\r\nnoop \r\nvrfy bob \r\nhelp \r\nquit \t \r\n")),
              "250 250 250 354 250 250 250 252 214 221");
}

TEST(Verbs, UnknownOnesAndGarbageGet500) {
    for (const char* line : {"FOOBAR", "XFOO bar", "MAILFROM:<a@b>", "", " ", " NOOP", "NOOP\x01", "\tNOOP", "\x80\xff",
                             "NOOPE", "GET / HTTP/1.1"}) {
        Conversation client;
        EXPECT_THAT(client.say(std::string(line) + "\r\n"), testing::StartsWith("500 5.5.")) << line;
        EXPECT_EQ(codes(client.say("NOOP\r\n")), "250");
    }
}

TEST(Verbs, ControlCharactersInArgumentsGet501) {
    using namespace std::string_literals;
    for (const auto& line :
         {"NOOP a\nb"s, "NOOP a\rb"s, "NOOP \0"s, "MAIL FROM:<a\x7f@b>"s, "EHLO client.example\rX"s, "VRFY a\x1b"s}) {
        Conversation client;
        EXPECT_EQ(codes(client.say(line + "\r\n")), "501") << testing::PrintToString(line);
        EXPECT_EQ(codes(client.say("NOOP\r\n")), "250");
    }
}

TEST(Verbs, EightBitCommandsGet500WithoutSmtputf8) {
    Conversation client;
    client.say("EHLO client.example\r\n");
    EXPECT_THAT(client.say("MAIL FROM:<j\xc3\xb6s@example.org>\r\n"), testing::StartsWith("500 5.5.2 "));
}

}  // namespace
}  // namespace refserver::protocol
