#include "protocol/base64.h"
#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

using namespace std::string_literals;
using harness::codes;
using harness::Conversation;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string plain(const std::string& authorization, const std::string& user, const std::string& password) {
    return base64_encode(authorization + '\0' + user + '\0' + password);
}
const std::string right = plain("", "bob", "right");
const std::string wrong = plain("", "bob", "wrong");

/// A client that has said EHLO.
struct Client : Conversation {
    explicit Client(std::shared_ptr<ServerFacts> facts = harness::test_facts(), bool tls = false)
        : Conversation(std::move(facts), {"c1", "192.0.2.1", tls}) {
        say("EHLO client.example\r\n");
    }
    bool may_relay() {
        const auto reply = codes(say("MAIL FROM:<>\r\nRCPT TO:<a@elsewhere.example>\r\nRSET\r\n"));
        return reply == "250 250 250";
    }
};

TEST(Auth, PlainWithInitialResponse) {
    Client client;
    EXPECT_FALSE(client.may_relay());
    EXPECT_THAT(client.say("AUTH PLAIN " + right + "\r\n"), StartsWith("235 2.7.0 "));
    EXPECT_TRUE(client.may_relay());
}

TEST(Auth, PlainWithAnEmptyChallenge) {
    Client client;
    EXPECT_EQ(client.say("auth plain\r\n"), "334 \r\n");
    EXPECT_THAT(client.say(right + "\r\n"), StartsWith("235 2.7.0 "));
}

TEST(Auth, Login) {
    Client client;
    EXPECT_EQ(client.say("AUTH LOGIN\r\n"), "334 VXNlcm5hbWU6\r\n");
    EXPECT_EQ(client.say("Ym9i\r\n"), "334 UGFzc3dvcmQ6\r\n");
    EXPECT_THAT(client.say("cmlnaHQ=\r\n"), StartsWith("235 2.7.0 "));
    EXPECT_TRUE(client.may_relay());
}

TEST(Auth, LoginWithTheUserAsInitialResponse) {
    Client client;
    EXPECT_EQ(client.say("AUTH login Ym9i\r\n"), "334 UGFzc3dvcmQ6\r\n");
    EXPECT_THAT(client.say("d3Jvbmc=\r\n"), StartsWith("535 5.7.8 "));
}

TEST(Auth, ALoginSurvivesRsetAndEhlo) {
    Client client;
    client.say("AUTH PLAIN " + right + "\r\nRSET\r\nEHLO other.example\r\n");
    EXPECT_TRUE(client.may_relay());
}

TEST(Auth, RefusedLinesAndTheirReplies) {
    const std::pair<std::string, const char*> cases[] = {
        {"AUTH", "501 5.5.4 "},
        {"AUTH X-NOSUCH", "504 5.5.4 "},
        {"AUTH CRAM-MD5", "504 5.5.4 "},
        {"AUTH PLAIN !!!!", "501 5.5.2 "},
        {"AUTH PLAIN =AAA", "501 5.5.2 "},
        {"AUTH PLAIN " + right + " x", "501 5.5.2 "},
        {"AUTH PLAIN " + right.substr(0, 4) + "-" + right.substr(4), "501 5.5.2 "},
        {"AUTH PLAIN =", "501 5.5.2 "},
        {"AUTH PLAIN " + base64_encode("bob\0right"s), "501 5.5.2 "},
        {"AUTH PLAIN " + base64_encode("\0\0"s), "501 5.5.2 "},
        {"AUTH PLAIN " + base64_encode("\0bob\0right\0x"s), "501 5.5.2 "},
        {"AUTH PLAIN " + plain("", "bob", ""), "501 5.5.2 "},
        {"AUTH PLAIN " + plain("", "", "right"), "501 5.5.2 "},
        {"AUTH PLAIN " + plain("ann", "bob", "right"), "535 5.7.8 "},
        {"AUTH PLAIN " + plain("", "bo\x01"s + "b", "right"), "535 5.7.8 "},
        {"AUTH PLAIN " + plain("", "b\xff", "right"), "535 5.7.8 "},
        {"AUTH PLAIN " + wrong, "535 5.7.8 "},
        {"AUTH PLAIN " + plain("", std::string(255, 'u'), std::string(255, 'p')), "535 5.7.8 "},
        {"AUTH PLAIN " + plain("BOB", "bob", "right"), "235 2.7.0 "},
        {"AUTH PLAIN " + plain("", "bob", "right"), "235 2.7.0 "},
    };
    for (const auto& [line, reply] : cases) {
        Client client;
        EXPECT_THAT(client.say(line + "\r\n"), StartsWith(reply)) << line;
        const bool logged_in = std::string_view(reply).starts_with("235");
        EXPECT_EQ(client.may_relay(), logged_in) << line;
        EXPECT_EQ(codes(client.say("AUTH PLAIN " + right + "\r\n")), logged_in ? "503" : "235") << line;
    }
}

TEST(Auth, TheSameHoldsForResponsesOnLinesOfTheirOwn) {
    const std::pair<std::string, const char*> cases[] = {
        {"*", "501 5.7.0 "},         {"!!!!", "501 5.5.2 "}, {"", "501 5.5.2 "},
        {right + " ", "501 5.5.2 "}, {wrong, "535 5.7.8 "},  {right, "235 2.7.0 "},
    };
    for (const auto& [line, reply] : cases) {
        Client client;
        client.say("AUTH PLAIN\r\n");
        EXPECT_THAT(client.say(line + "\r\n"), StartsWith(reply)) << line;
        EXPECT_EQ(codes(client.say("NOOP\r\n")), "250");
    }
}

TEST(Auth, CommandsAreNoneInsideTheExchange) {
    Client client;
    client.say("AUTH LOGIN\r\n");
    EXPECT_THAT(client.say("QUIT\r\n"), StartsWith("334 "));
    EXPECT_THAT(client.say("*\r\n"), StartsWith("501 5.7.0 "));
    EXPECT_FALSE(client.closed);
}

TEST(Auth, LinesOf12288OctetsFitAndLongerOnesEndTheExchange) {
    Client client;
    client.say("AUTH PLAIN\r\n");
    EXPECT_THAT(client.say(std::string(12'288, 'A') + "\r\n"), StartsWith("501 5.5.2 "));
    client.say("AUTH PLAIN\r\n");
    EXPECT_THAT(client.say(std::string(12'292, 'A') + "\nQUIT\r\n"), StartsWith("500 5.5.6 "));
    EXPECT_THAT(client.say("AUTH PLAIN " + std::string(100'000, 'A') + "\r\n"), StartsWith("500 5.5.6 "));
    EXPECT_THAT(client.say("AUTH PLAIN " + std::string(12'276, 'A') + "\r\n"), StartsWith("501 5.5.2 "));
    EXPECT_EQ(codes(client.say("NOOP\r\n")), "250");
}

/// X14.
TEST(Auth, ThirdFailureCloses) {
    Client client;
    EXPECT_EQ(codes(client.say("AUTH PLAIN " + wrong + "\r\nAUTH PLAIN " + plain("ann", "bob", "right") + "\r\n")),
              "535 535");
    EXPECT_FALSE(client.closed);
    EXPECT_THAT(client.say("AUTH PLAIN " + wrong + "\r\nNOOP\r\n"), StartsWith("421 4.7.0 mail.example.org "));
    EXPECT_TRUE(client.closed);
    EXPECT_EQ(client.say("NOOP\r\n"), "");
}

TEST(Auth, TwoFailuresAndErrorsThatAreNoneDoNotClose) {
    Client client;
    EXPECT_EQ(codes(client.say("AUTH PLAIN " + wrong + "\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN !\r\nAUTH PLAIN " + wrong +
                               "\r\nAUTH PLAIN " + right + "\r\n")),
              "535 334 501 501 535 235");
}

/// X11.
TEST(Auth, WhereItIsNotOfferedItIsOutOfSequence) {
    Client client;
    client.policy.authentication = false;
    EXPECT_THAT(client.say("EHLO client.example\r\n"), Not(HasSubstr("AUTH")));
    EXPECT_THAT(client.say("AUTH PLAIN " + right + "\r\n"), StartsWith("503 5.5.1 "));
    EXPECT_THAT(client.say("AUTH NOSUCH\r\n"), StartsWith("503 5.5.1 "));
    EXPECT_THAT(client.say("MAIL FROM:<> AUTH=<>\r\n"), StartsWith("555 5.5.4 "));
}

TEST(Auth, WhereTlsIsRequiredItComesWithTls) {
    auto facts = harness::test_facts();
    facts->tls_available = facts->tls_required_for_authentication = true;
    Client clear(facts);
    EXPECT_THAT(clear.say("EHLO client.example\r\n"), Not(HasSubstr("AUTH")));
    EXPECT_THAT(clear.say("AUTH PLAIN " + right + "\r\n"), StartsWith("538 5.7.11 "));
    EXPECT_FALSE(clear.may_relay());
    Client tls(facts, true);
    EXPECT_THAT(tls.say("EHLO client.example\r\n"), HasSubstr("250-AUTH PLAIN LOGIN\r\n"));
    EXPECT_THAT(tls.say("AUTH PLAIN " + right + "\r\n"), StartsWith("235 "));
}

TEST(Auth, WhenNobodyCanTellItIsTemporary) {
    Client client;
    client.session.feed("AUTH PLAIN " + right + "\r\nNOOP\r\n", client.now);
    ASSERT_TRUE(std::holds_alternative<VerifyLogin>(client.session.take_request().value()));
    client.session.login_unavailable(client.now);
    EXPECT_THAT(client.session.take_output(), StartsWith("454 4.7.0 "));
    EXPECT_FALSE(client.may_relay());
}

TEST(Auth, TheLogNeverHasThePassword) {
    Client client;
    client.say("AUTH PLAIN " + wrong + "\r\nAUTH LOGIN\r\nYm9i\r\ncmlnaHQ=\r\n");
    const auto log = client.session.take_log();
    ASSERT_EQ(log.size(), 2U);
    EXPECT_EQ(log[0].event, "login-failed");
    EXPECT_EQ(log[1].event, "login");
    for (const auto& event : log) {
        EXPECT_EQ(event.fields, (std::vector<std::pair<std::string, std::string>>{{"user", "bob"}}));
    }
}

}  // namespace
}  // namespace refserver::protocol
