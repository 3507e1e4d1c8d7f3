#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

using harness::codes;
using harness::Conversation;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Greeting, NamesTheServer) {
    EXPECT_EQ(Conversation().greeting, "220 mail.example.org ESMTP ready\r\n");
}

TEST(Ehlo, ListsWhatIsOnOffer) {
    Conversation client;
    EXPECT_EQ(client.say("EHLO client.example\r\n"),
              "250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE "
              "100000\r\n250-8BITMIME\r\n250-CHUNKING\r\n250-ENHANCEDSTATUSCODES\r\n"
              "250-LIMITS RCPTMAX=3\r\n250-MT-PRIORITY\r\n250-AUTH PLAIN LOGIN\r\n250-HELP\r\n250 VRFY\r\n");
}

TEST(Ehlo, ListsTheRestWhereItCanBeDone) {
    auto facts = harness::test_facts();
    facts->dsn = facts->smtputf8 = facts->binary_mime = facts->require_tls = facts->tls_available = true;
    const std::vector<std::string> always{"DSN\r\n", "SMTPUTF8\r\n", "BINARYMIME\r\n"};
    Conversation clear(facts);
    const auto in_clear = clear.say("EHLO client.example\r\n");
    Conversation tls(facts, {"c1", "192.0.2.1", true});
    const auto in_tls = tls.say("EHLO client.example\r\n");
    for (const auto& keyword : always) {
        EXPECT_THAT(in_clear, HasSubstr("250-" + keyword));
        EXPECT_THAT(in_tls, HasSubstr("250-" + keyword));
    }
    EXPECT_THAT(in_clear, HasSubstr("250-STARTTLS\r\n"));
    EXPECT_THAT(in_clear, Not(HasSubstr("REQUIRETLS")));
    EXPECT_THAT(in_tls, Not(HasSubstr("STARTTLS")));
    EXPECT_THAT(in_tls, HasSubstr("250-REQUIRETLS\r\n"));
}

TEST(Ehlo, TakesDomainsAndLiterals) {
    for (const char* name : {"a", "client.example", "123.example", "[127.0.0.1]", "[IPv6:2001:db8::1]",
                             "[x-unknown:foo]", "[127.0.0.1] more text"}) {
        Conversation client;
        EXPECT_THAT(client.say("EHLO " + std::string(name) + "\r\n"), StartsWith("250-mail.example.org\r\n")) << name;
        EXPECT_EQ(client.say("HELO " + std::string(name) + "\r\n"), "250 mail.example.org\r\n") << name;
    }
    for (const char* name : {"bad_name.example", "-a", "a.", "a..b", "a b", "[127.0.0.1", "[1.2.3]", "[127.0.0.1]x",
                             "<a>", "(comment)", "a;b"}) {
        Conversation client;
        EXPECT_THAT(client.say("EHLO " + std::string(name) + "\r\n"), StartsWith("501 5.5.4 ")) << name;
        EXPECT_THAT(client.say("HELO " + std::string(name) + "\r\n"), StartsWith("501 5.5.4 ")) << name;
        EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\n")), "503");
    }
}

TEST(Ehlo, RefusesANameThatIsNotAsciiEvenWithSmtputf8) {
    auto facts = harness::test_facts();
    facts->smtputf8 = true;
    Conversation client(facts);
    EXPECT_THAT(client.say("EHLO b\xc3\xbc\x63her.example\r\n"), StartsWith("501 5.5.4 "));
}

struct Case {
    const char* line;
    const char* reply;
};

TEST(Mail, TakesAndRefuses) {
    const Case cases[] = {
        {"MAIL FROM:<>", "250 2.1.0 "},
        {"MAIL FROM:<ann@remote.example>", "250 2.1.0 "},
        {"MAIL from:<\"a b@c,d\"@x.example>", "250 2.1.0 "},
        {"MAIL FROM:<@a.example:u@b.example>", "250 2.1.0 "},
        {"MAIL FROM:<u@[192.0.2.1]>", "250 2.1.0 "},
        {"MAIL FROM:<a@b.example> BODY=7BIT", "250 2.1.0 "},
        {"MAIL FROM:<a@b.example> body=8bitmime SIZE=10", "250 2.1.0 "},
        {"MAIL FROM:<a@b.example> AUTH=<>", "250 2.1.0 "},
        {"MAIL FROM:<a@b.example> AUTH=e+3Dmc2@example.com", "250 2.1.0 "},
        {"MAIL FROM:<refused@b.example>", "550 5.7.1 "},
        {"MAIL FROM: <a@b.example>", "501 5.1.7 "},
        {"MAIL FROM :<a@b.example>", "501 5.1.7 "},
        {"MAIL  FROM:<a@b.example>", "501 5.1.7 "},
        {"MAIL FROM", "501 5.1.7 "},
        {"MAIL FROM:", "501 5.1.7 "},
        {"MAIL TO:<a@b.example>", "501 5.1.7 "},
        {"MAIL FROM:a@b.example", "501 5.1.7 "},
        {"MAIL FROM:<a@b.example>SIZE=1", "501 5.1.7 "},
        {"MAIL FROM:<a@b.example> <", "501 5.5.4 "},
        {"MAIL FROM:<u@bad_host.example>", "501 5.1.7 "},
        {"MAIL FROM:<postmaster>", "501 5.1.7 "},
        {"MAIL FROM:<a@b.example> FOO=BAR", "555 5.5.4 "},
        {"MAIL FROM:<a@b.example> SIZE=1 FOO", "555 5.5.4 "},
        {"MAIL FROM:<a@b.example> NOTIFY=NEVER", "555 5.5.4 "},
        {"MAIL FROM:<a@b.example> SMTPUTF8", "555 5.5.4 "},
        {"MAIL FROM:<a@b.example> RET=FULL", "555 5.5.4 "},
        {"MAIL FROM:<a@b.example> REQUIRETLS", "555 5.5.4 "},
        {"MAIL FROM:<a@b.example>  SIZE=1", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> =x", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> BODY", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> BODY=FOO", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> BODY=BINARYMIME", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> BODY=7BIT BODY=7BIT", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> AUTH", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> AUTH=abc", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> AUTH=+3C+3", "501 5.5.4 "},
        {"MAIL FROM:<a@b.example> AUTH=a@b.example+20x", "501 5.5.4 "},
    };
    for (const auto& [line, reply] : cases) {
        Conversation client;
        client.say("EHLO client.example\r\n");
        EXPECT_THAT(client.say(std::string(line) + "\r\n"), StartsWith(reply)) << line;
        const bool in_transaction = std::string_view(reply).starts_with("250");
        EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\n")), in_transaction ? "503" : "250") << line;
    }
}

TEST(Mail, HasNoParametersAfterHelo) {
    Conversation client;
    client.say("HELO client.example\r\n");
    EXPECT_THAT(client.say("MAIL FROM:<> SIZE=1\r\n"), StartsWith("555 5.5.4 "));
    EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\n")), "250");
}

TEST(Rcpt, TakesAndRefuses) {
    const Case cases[] = {
        {"RCPT TO:<bob@example.org>", "250 2.1.5 "},
        {"RCPT to:<Postmaster>", "250 2.1.5 "},
        {"RCPT TO:<@x.example,@y.example:bob@example.org>", "250 2.1.5 "},
        {"RCPT TO:<\"bob\"@example.org>", "250 2.1.5 "},
        {"RCPT TO:<unknown@example.org>", "550 5.1.1 "},
        {"RCPT TO:<a@elsewhere.example>", "550 5.7.1 "},
        {"RCPT TO:<>", "501 5.1.3 "},
        {"RCPT TO: <bob@example.org>", "501 5.1.3 "},
        {"RCPT TO:bob@example.org", "501 5.1.3 "},
        {"RCPT FROM:<bob@example.org>", "501 5.1.3 "},
        {"RCPT TO:<bob@example.org>x", "501 5.1.3 "},
        {"RCPT TO:<bob>", "501 5.1.3 "},
        {"RCPT TO:<bob@example.org> FOO", "555 5.5.4 "},
        {"RCPT TO:<bob@example.org> SIZE=1", "555 5.5.4 "},
        {"RCPT TO:<bob@example.org> NOTIFY=NEVER", "555 5.5.4 "},
        {"RCPT TO:<bob@example.org> =", "501 5.5.4 "},
    };
    for (const auto& [line, reply] : cases) {
        Conversation client;
        client.say("EHLO client.example\r\nMAIL FROM:<>\r\n");
        EXPECT_THAT(client.say(std::string(line) + "\r\n"), StartsWith(reply)) << line;
        EXPECT_EQ(codes(client.say("DATA\r\n")), std::string_view(reply).starts_with("250") ? "354" : "503") << line;
    }
}

TEST(Envelope, ReachesTheCommitAsWritten) {
    Conversation client;
    client.say(
        "EHLO client.example\r\nAUTH PLAIN AGJvYgByaWdodA==\r\n"
        "MAIL FROM:<@r.example:\"a b\"@Remote.Example> SIZE=10 BODY=8BITMIME AUTH=e+3Dmc2@example.com\r\n"
        "RCPT TO:<Bob@example.org>\r\nRCPT TO:<X@Far.Example>\r\nRCPT TO:<postmaster>\r\nDATA\r\n.\r\n");
    ASSERT_EQ(client.stored.size(), 1U);
    const auto& envelope = client.stored[0].commit.envelope;
    EXPECT_EQ(envelope.reverse_path.mailbox->to_string(), "\"a b\"@Remote.Example");
    EXPECT_EQ(envelope.announced_size, 10U);
    EXPECT_EQ(envelope.body, BodyType::eight_bit_mime);
    EXPECT_EQ(envelope.auth, "e=mc2@example.com");
    ASSERT_EQ(envelope.recipients.size(), 3U);
    EXPECT_EQ(envelope.recipients[0].mailbox.to_string(), "Bob@example.org");
    EXPECT_TRUE(envelope.recipients[0].hosted);
    EXPECT_EQ(envelope.recipients[0].account, "Bob");
    EXPECT_EQ(envelope.recipients[1].mailbox.to_string(), "X@Far.Example");
    EXPECT_FALSE(envelope.recipients[1].hosted);
    EXPECT_EQ(envelope.recipients[2].mailbox.to_string(), "postmaster");
}

/// RFC 4954 §5: who has not logged in is not trusted to name another submitter.
TEST(Envelope, AuthParameterCountsOnlyAfterALogin) {
    Conversation client;
    client.say("EHLO client.example\r\nMAIL FROM:<> AUTH=a@b.example\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n.\r\n");
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].commit.envelope.auth, "<>");
}

TEST(Vrfy, AnswersAllNamesAlike) {
    Conversation client;
    const auto known = client.say("VRFY bob\r\n");
    EXPECT_THAT(known, StartsWith("252 2.1.5 "));
    for (const char* line :
         {"VRFY unknown", "VRFY unknown@example.org", "VRFY <bob@example.org>", "VRFY \"Full Name\"", "EXPN staff"}) {
        EXPECT_EQ(client.say(std::string(line) + "\r\n"), known) << line;
    }
    for (const char* line : {"VRFY a b", "VRFY <bob", "EXPN @", "VRFY bob SMTPUTF8"}) {
        EXPECT_THAT(client.say(std::string(line) + "\r\n"), StartsWith("501 5.5.2 ")) << line;
    }
}

}  // namespace
}  // namespace refserver::protocol
