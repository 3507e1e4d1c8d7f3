#include "client/reply_match.h"

#include "client/expression.h"
#include "client/testing/played.h"
#include "script/expand.h"

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

using ::testing::HasSubstr;

std::string expanded(const script::Pattern& pattern) {
    return script::expand_pattern(pattern.expression, [](std::string_view) { return std::nullopt; });
}

/// The reply that these octets are.
Heard reply(const std::string& octets) {
    ReplyBuilder builder(false);
    std::size_t start = 0;
    while (start < octets.size()) {
        const std::size_t end = octets.find("\r\n", start);
        builder.add({octets.substr(start, end - start), Terminator::crlf});
        start = end + 2;
    }
    Heard heard;
    heard.kind = Heard::Kind::reply;
    heard.reply = builder.take();
    return heard;
}

Heard end(Heard::Kind kind) {
    Heard heard;
    heard.kind = kind;
    return heard;
}

/// What the language makes of `S: …`.
script::Expect expect(const std::string& pattern) {
    return std::get<script::Expect>(testing::case_of("S: " + pattern + "\n").statements.front().act);
}

std::string why_not(const std::string& pattern, const Heard& heard) {
    return mismatch(expect(pattern), heard, expanded).value_or("it fits");
}

const std::string ehlo =
    "250-mail.example.org greets\r\n250-size 1000\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 HELP\r\n";

struct Fits {
    const char* pattern;
    std::string octets;
    bool fits;
};
void PrintTo(const Fits& fits, std::ostream* out) {
    *out << fits.pattern << " <- " << fits.octets;
}

class Matching : public ::testing::TestWithParam<Fits> {};

TEST_P(Matching, of_replies) {
    const auto& [pattern, octets, fits] = GetParam();
    EXPECT_EQ(why_not(pattern, reply(octets)) == "it fits", fits) << why_not(pattern, reply(octets));
}

INSTANTIATE_TEST_SUITE_P(Codes, Matching,
                         ::testing::Values(Fits{"250", "250 OK\r\n", true}, Fits{"250", "251 OK\r\n", false},
                                           Fits{"25x", "253 OK\r\n", true}, Fits{"25x", "243 OK\r\n", false},
                                           Fits{"2xx", "221 bye\r\n", true}, Fits{"2xx", "354 go\r\n", false},
                                           Fits{"any", "550 no\r\n", true}, Fits{"any", "750 no\r\n", false},
                                           Fits{"550 or 250", "250 OK\r\n", true},
                                           Fits{"4xx or 5xx", "250 OK\r\n", false}));

INSTANTIATE_TEST_SUITE_P(
    EnhancedCodes, Matching,
    ::testing::Values(Fits{"550 5.1.1", "550 5.1.1 unknown\r\n", true},
                      Fits{"550 5.1.1", "550 5.1.10 unknown\r\n", false}, Fits{"550 5.1.1", "550 unknown\r\n", false},
                      Fits{"550 5.1.1", "550 5.1.1\r\n", true}, Fits{"550 5.1.1", "550 5.1.1: unknown\r\n", false},
                      Fits{"5xx 5.7.*", "554 5.7.1 no\r\n", true}, Fits{"5xx 5.7.*", "554 5.6.1 no\r\n", false},
                      Fits{"5xx 5.*.*", "554 5.123.999 no\r\n", true}, Fits{"5xx 5.*.*", "554 5.1234.9 no\r\n", false},
                      Fits{"250 enhanced", "250 2.1.0 OK\r\n", true}, Fits{"250 enhanced", "250 4.1.0 OK\r\n", false},
                      Fits{"250 enhanced", "250 OK\r\n", false},
                      Fits{"250 enhanced", "250-2.1.0 one\r\n250 2.1.0 two\r\n", true},
                      Fits{"250 enhanced", "250-2.1.0 one\r\n250 two\r\n", false},
                      Fits{"250 enhanced", "250-2.1.0 one\r\n250 2.1.5 two\r\n", false},
                      Fits{"250 no enhanced", "250 OK\r\n", true}, Fits{"250 no enhanced", "250 2.0.0 OK\r\n", false}));

INSTANTIATE_TEST_SUITE_P(Keywords, Matching,
                         ::testing::Values(Fits{"250 with SIZE", ehlo, true},
                                           Fits{"250 with 8bitmime with HELP", ehlo, true},
                                           Fits{"250 with STARTTLS", ehlo, false},
                                           Fits{"250 without STARTTLS", ehlo, true},
                                           Fits{"250 without AUTH", ehlo, false}, Fits{"250 with AUT", ehlo, false},
                                           Fits{"250 with SIZE matching /^[0-9]+$/", ehlo, true},
                                           Fits{"250 with AUTH matching /(^| )LOGIN( |$)/", ehlo, true},
                                           Fits{"250 with AUTH matching /CRAM/", ehlo, false},
                                           Fits{"250 with AUTH matching /plain/i", ehlo, true},
                                           // The first line holds the server's name, not a keyword.
                                           Fits{"250 without SIZE", "250-SIZE greets\r\n250 HELP\r\n", true}));

INSTANTIATE_TEST_SUITE_P(
    TextAndOctets, Matching,
    ::testing::Values(Fits{"220 text matching /^mail\\.example\\.org /", "220 mail.example.org hi\r\n", true},
                      Fits{"220 text matching /^mail\\.example\\.org /", "220 mailxexample.org hi\r\n", false},
                      Fits{"250 text matching /^one.two$/", "250-one\r\n250 two\r\n", true},
                      Fits{"250 text not matching /secret/", "250 OK\r\n", true},
                      Fits{"250 text not matching /secret/", "250 secret\r\n", false},
                      Fits{"250 raw matching /^250-one\\r\\n250 two\\r\\n$/", "250-one\r\n250 two\r\n", true},
                      Fits{"250 raw not matching /^250 /", "250 OK\r\n", false},
                      Fits{"334 decoded matching /^r=.*,i=[0-9]+$/", "334 cj1hLGk9MQ==\r\n", true},
                      Fits{"334 decoded matching /^s=/", "334 cj1hLGk9MQ==\r\n", false},
                      Fits{"334 decoded not matching /^s=/", "334 no base64\r\n", false},
                      Fits{"250 lines 1", "250 OK\r\n", true}, Fits{"250 lines 1", "250-a\r\n250 b\r\n", false},
                      Fits{"250 lines >1", "250-a\r\n250 b\r\n", true}, Fits{"250 lines >1", "250 b\r\n", false}));

TEST(Mismatch, says_what_was_expected_and_what_came) {
    EXPECT_EQ(why_not("503", reply("250 2.1.0 OK\r\n")), "expected 503; got 250 2.1.0 OK");
    EXPECT_EQ(why_not("5xx 5.7.* or 421 or closed", reply("250-a\r\n250 b\r\n")),
              "expected 5xx 5.7.* or 421 or closed; got 250-a\\r\\n250 b");
    EXPECT_EQ(why_not("250 with STARTTLS", reply("250 mail.example.org\r\n")),
              "expected 250 with STARTTLS; got 250 mail.example.org (STARTTLS is not offered)");
    EXPECT_EQ(why_not("250 within 5s", end(Heard::Kind::nothing)), "expected 250 within 5s; got nothing in time");
    EXPECT_EQ(why_not("550 5.1.1", reply("550 5.1.2 no\r\n")),
              "expected 550 5.1.1; got 550 5.1.2 no (the enhanced status code is 5.1.2)");
    EXPECT_THAT(why_not("250", reply("250 a\tb\x7F\r\n")), HasSubstr("the text holds octet 127"));
}

TEST(Mismatch, of_the_ends_of_a_connection) {
    using Kind = Heard::Kind;
    EXPECT_EQ(why_not("closed", end(Kind::closed)), "it fits");
    EXPECT_EQ(why_not("closed", end(Kind::reset)), "it fits");
    EXPECT_EQ(why_not("closed with alert", end(Kind::closed)),
              "expected closed with alert; got the end of the connection");
    EXPECT_EQ(why_not("closed with alert", end(Kind::reset)),
              "expected closed with alert; got a reset of the connection");
    Heard with_alert = end(Kind::closed);
    with_alert.with_alert = true;
    EXPECT_EQ(why_not("closed with alert", with_alert), "it fits");
    EXPECT_EQ(why_not("closed", with_alert), "it fits");
    EXPECT_EQ(why_not("reset", end(Kind::reset)), "it fits");
    EXPECT_EQ(why_not("reset", end(Kind::closed)), "expected reset; got the end of the connection");
    EXPECT_EQ(why_not("250 or closed", end(Kind::closed)), "it fits");
    EXPECT_EQ(why_not("closed", end(Kind::refused)), "expected closed; got no connection: ");
    EXPECT_EQ(why_not("closed", reply("421 bye\r\n")), "expected closed; got 421 bye");
    EXPECT_EQ(why_not("any", end(Kind::closed)), "expected any; got the end of the connection");
    EXPECT_EQ(why_not("still open", end(Kind::stays_open)), "it fits");
    EXPECT_EQ(why_not("still open", end(Kind::closed)), "expected still open; got the end of the connection");
    EXPECT_THAT(why_not("250", end(Kind::too_long)), HasSubstr("a reply longer than 64 KiB"));
}

TEST(Mismatch, of_a_malformed_reply_holds_for_every_pattern) {
    const Heard heard = reply("250-a\r\n251 b\r\n");
    for (const char* pattern : {"any", "250", "2xx", "250 lines 2"}) {
        EXPECT_THAT(why_not(pattern, heard), HasSubstr("malformed reply: line 2: reply code 251 after 250")) << pattern;
    }
}

TEST(Expressions, that_are_none_are_told) {
    EXPECT_THROW(Expression("(", false), BadExpression);
    EXPECT_TRUE(Expression("^$", false).found_in({}));
    EXPECT_TRUE(Expression("b", false).found_in(std::string_view("a\0b", 3)));
}

TEST(EnhancedCode, is_read_only_where_it_is_one) {
    EXPECT_EQ(enhanced_code("2.1.0 OK")->text(), "2.1.0");
    EXPECT_EQ(enhanced_code("5.999.12")->text(), "5.999.12");
    for (const char* none : {"", "OK", "2", "2.1", "2.1.", "2.1.0OK", "3.1.0 x", "2..1 x", "2.1.0000 x", "2,1,0 x"}) {
        EXPECT_FALSE(enhanced_code(none)) << none;
    }
}

TEST(Utf8InReplies, is_allowed_once_SMTPUTF8_was_asked_for) {
    const auto violations = [](bool utf8, const char* text) {
        ReplyBuilder builder(utf8);
        builder.add({std::string("250 ") + text, Terminator::crlf});
        return builder.reply().violations.size();
    };
    EXPECT_EQ(violations(false, "gr\xC3\xBC\xC3\x9F"), 1U);
    EXPECT_EQ(violations(true, "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x93\xA7"), 0U);
    for (const char* broken :
         {"\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\x80"}) {
        EXPECT_EQ(violations(true, broken), 1U);
    }
}

TEST(ReplyLength, of_a_challenge_may_be_that_of_RFC_4954) {
    const auto violations = [](const std::string& line) {
        ReplyBuilder builder(false);
        builder.add({line, Terminator::crlf});
        return builder.reply().violations.size();
    };
    EXPECT_EQ(violations("334 " + std::string(12288 - 6, 'x')), 0U);
    EXPECT_EQ(violations("334 " + std::string(12288 - 5, 'x')), 1U);
    EXPECT_EQ(violations("235 " + std::string(512 - 5, 'x')), 1U);
}

}  // namespace
}  // namespace smtpspec::client
