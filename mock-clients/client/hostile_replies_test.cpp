#include "client/testing/played.h"

#include <gmock/gmock.h>

/// Servers that answer in ways no client should have to read. Whatever they do: a verdict, soon.
namespace smtpspec::client::testing {
namespace {

using ::testing::HasSubstr;

const std::string greeting = "220 mail.example.org\r\n";

/// Greets, and answers the first line with `answer`.
ScriptedServer::Behaviour answering(const std::string& answer) {
    return [answer](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say(answer);
        peer.read_to_end();
    };
}

struct Malformed {
    const char* name;
    std::string answer;
    const char* complaint;
};
void PrintTo(const Malformed& malformed, std::ostream* out) {
    *out << malformed.name;
}

class MalformedReply : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedReply, is_a_finding_wherever_it_comes) {
    ScriptedServer server(answering(GetParam().answer));
    const Played result = played("C: NOOP\nS: any\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated) << text_of(result);
    EXPECT_THAT(result.reason, HasSubstr(GetParam().complaint));
    EXPECT_FALSE(result.connection_lost);
}

INSTANTIATE_TEST_SUITE_P(
    Replies, MalformedReply,
    ::testing::Values(Malformed{"bare_lf", "250 OK\n", "LF without CR"},
                      Malformed{"garbage", "\x01\x02garbage\r\n", "does not begin with a reply code"},
                      Malformed{"empty_line", "\r\n", "does not begin with a reply code"},
                      Malformed{"nul", std::string("250 O\0K\r\n", 9), "octet 0"},
                      Malformed{"bare_cr", "250 O\rK\r\n", "octet 13"},
                      Malformed{"eight_bit", "250 gr\xC3\xBC\xC3\x9F\r\n", "octet 195"},
                      Malformed{"code_below_the_range", "150 OK\r\n", "150 is out of range"},
                      Malformed{"code_above_the_range", "650 OK\r\n", "650 is out of range"},
                      Malformed{"second_digit", "260 OK\r\n", "260 is out of range"},
                      Malformed{"letters_in_the_code", "2a0 OK\r\n", "does not begin with a reply code"},
                      Malformed{"four_digits", "2500 OK\r\n", "neither a space nor a hyphen"},
                      Malformed{"no_separator", "250OK\r\n", "neither a space nor a hyphen"},
                      Malformed{"another_code_in_the_last_line", "250-one\r\n251 two\r\n", "251 after 250"},
                      Malformed{"a_line_without_code_inside", "250-one\r\ntwo\r\n250 three\r\n",
                                "line 2: does not begin"},
                      Malformed{"a_line_of_513_octets", "250 " + std::string(507, 'x') + "\r\n", "513 octets"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(HostileReplies, a_line_of_512_octets_is_well_formed) {
    ScriptedServer server(answering("250 " + std::string(506, 'x') + "\r\n"));
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(HostileReplies, a_code_alone_is_well_formed) {
    ScriptedServer server(answering("250\r\n"));
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(HostileReplies, an_endless_line) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        while (peer.say(std::string(4096, 'x'))) {
        }
    });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("a reply longer than 64 KiB"));
}

TEST(HostileReplies, a_million_lines) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        std::string lines;
        for (int i = 0; i < 1000; ++i) lines += "250-and more\r\n";
        for (int i = 0; i < 1000 && peer.say(lines); ++i) {
        }
    });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("a reply longer than 64 KiB"));
}

TEST(HostileReplies, one_octet_after_the_other_too_slowly) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        // Slower than the reply may take: the text has 40 octets, half a second is given.
        for (int i = 0; i < 40 && peer.say("2"); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("got nothing in time after 2"));
    EXPECT_LT(result.duration, std::chrono::milliseconds(1500));
}

TEST(HostileReplies, one_octet_in_each_packet_is_well_formed) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        for (const char c : std::string("250-one\r\n250 two\r\n")) peer.say({&c, 1});
        peer.read_to_end();
    });
    const Played result = played("C: NOOP\nS: 250 lines 2\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(HostileReplies, cr_without_lf_never_ends_a_line) {
    ScriptedServer server(answering("250 OK\r"));
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("nothing in time"));
}

TEST(HostileReplies, a_multiline_reply_that_never_ends) {
    ScriptedServer server(answering("250-one\r\n250-two\r\n"));
    const Played result = played("C: EHLO client.example\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("nothing in time after 250-one\\r\\n250-two"));
}

TEST(HostileReplies, an_answer_that_nobody_asked_for_is_found_at_the_end) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("250 OK\r\n250 and another\r\n");
        peer.line();
        peer.say("221 bye\r\n");
    });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("250 and another"));
}

TEST(HostileReplies, a_late_answer_that_nobody_asked_for_is_found_by_the_fence) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("250 OK\r\n");
        peer.line();
        peer.say("250 belated\r\n221 bye\r\n");
    });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("250 belated"));
}

TEST(HostileReplies, answers_before_they_are_asked_for_are_taken_in_order) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting + "250 first\r\n550 second\r\n");
        peer.line();
        peer.line();
        peer.line();
        peer.say("221 bye\r\n");
    });
    const Played result = played("C: NOOP\nS: 250\nC: NOOP\nS: 550\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(HostileReplies, two_answers_to_one_command_shift_the_next) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("250 OK\r\n550 no\r\n");
        peer.line();
        peer.say("250 OK\r\n");
        peer.read_to_end();
    });
    const Played result = played("C: NOOP\nS: 250\nC: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected 250; got 550 no"));
}

TEST(HostileReplies, a_flood_of_ehlo_keywords) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        while (peer.say("250-X-KEYWORD\r\n")) {
        }
    });
    const Played result = played("given EHLO\nC: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("longer than 64 KiB"));
}

}  // namespace
}  // namespace smtpspec::client::testing
