#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// DSN, SMTPUTF8 and REQUIRETLS, where delivery can do them.
namespace refserver::protocol {
namespace {

using harness::codes;
using harness::Conversation;
using testing::HasSubstr;
using testing::StartsWith;

struct Client : Conversation {
    explicit Client(bool tls = false) : Conversation(facts(), {"c1", "192.0.2.1", tls}) {
        say("EHLO client.example\r\n");
    }
    static std::shared_ptr<ServerFacts> facts() {
        auto facts = harness::test_facts();
        facts->dsn = facts->smtputf8 = facts->require_tls = true;
        return facts;
    }
};

TEST(Dsn, ParametersOfMail) {
    const std::pair<std::string, const char*> cases[] = {
        {"RET=FULL", "250"},
        {"ret=hdrs ENVID=QQ314159", "250"},
        {"ENVID=a+2Bb+3Dc", "250"},
        {"ENVID=a(b)c", "250"},
        {"ENVID=" + std::string(100, 'e'), "250"},
        {"ENVID=" + std::string(101, 'e'), "501"},
        {"ENVID=a+2", "501"},
        {"ENVID=a+zz", "501"},
        {"ENVID=+0D+0AX:+20y", "501"},
        {"ENVID=a=b", "501"},
        {"ENVID", "501"},
        {"RET", "501"},
        {"RET=", "501"},
        {"RET=FOO", "501"},
        {"RET=FULL RET=FULL", "501"},
        {"ENVID=a ENVID=b", "501"},
        {"NOTIFY=NEVER", "555"},
    };
    for (const auto& [parameters, expected] : cases) {
        Client client;
        EXPECT_EQ(codes(client.say("MAIL FROM:<> " + parameters + "\r\n")), expected) << parameters;
    }
}

TEST(Dsn, ParametersOfRcpt) {
    const std::pair<std::string, const char*> cases[] = {
        {"NOTIFY=NEVER", "250"},
        {"notify=success,Failure,DELAY", "250"},
        {"ORCPT=rfc822;u@h", "250"},
        {"NOTIFY=FAILURE ORCPT=rfc822;e+3Dmc2@example.com", "250"},
        {"ORCPT=rfc822;" + std::string(493, 'o'), "250"},
        {"ORCPT=rfc822;" + std::string(494, 'o'), "501"},
        {"ORCPT=u@h", "501"},
        {"ORCPT=;u@h", "501"},
        {"ORCPT=rfc822;", "501"},
        {"ORCPT=rfc822;a+0D+0Ab", "501"},
        {"ORCPT=rfc822;+C3+A4@h", "501"},
        {"ORCPT=utf-8;+C3+A4@h", "250"},
        {"ORCPT=utf-8;\xc3\xa4@h", "250"},
        {"ORCPT=utf-8;+C3@h", "501"},
        {"ORCPT", "501"},
        {"NOTIFY", "501"},
        {"NOTIFY=", "501"},
        {"NOTIFY=FOO", "501"},
        {"NOTIFY=NEVER,FAILURE", "501"},
        {"NOTIFY=FAILURE,NEVER", "501"},
        {"NOTIFY=SUCCESS,", "501"},
        {"NOTIFY=,SUCCESS", "501"},
        {"NOTIFY=SUCCESS;FAILURE", "501"},
        {"NOTIFY=NEVER NOTIFY=NEVER", "501"},
        {"ORCPT=rfc822;a ORCPT=rfc822;a", "501"},
        {"RET=FULL", "555"},
    };
    for (const auto& [parameters, expected] : cases) {
        Client client;
        client.say("MAIL FROM:<>\r\n");
        EXPECT_EQ(codes(client.say("RCPT TO:<bob@example.org> " + parameters + "\r\n")), expected) << parameters;
    }
}

TEST(Dsn, ReachesTheCommitDecoded) {
    Client client;
    client.say(
        "MAIL FROM:<> RET=hdrs ENVID=a+2Bb\r\nRCPT TO:<bob@example.org> NOTIFY=success,delay ORCPT=rfc822;e+3Dmc2@x\r\n"
        "RCPT TO:<carl@example.org>\r\nDATA\r\n.\r\n");
    const auto& envelope = client.stored.at(0).commit.envelope;
    EXPECT_EQ(envelope.ret, "HDRS");
    EXPECT_EQ(envelope.envelope_id, "a+b");
    EXPECT_EQ(envelope.recipients.at(0).notify, "SUCCESS,DELAY");
    EXPECT_EQ(envelope.recipients.at(0).original_recipient, "rfc822;e=mc2@x");
    EXPECT_EQ(envelope.recipients.at(1).notify, "");
}

TEST(Smtputf8, AddressesNeedTheParameter) {
    Client client;
    EXPECT_THAT(client.say("MAIL FROM:<j\xc3\xb6s@example.org>\r\n"), StartsWith("550 5.6.7 "));
    EXPECT_EQ(codes(client.say("MAIL FROM:<ann@remote.example>\r\n")), "250");
    EXPECT_THAT(client.say("RCPT TO:<j\xc3\xb6s@example.org>\r\n"), StartsWith("553 5.6.7 "));
    client.say("RSET\r\n");
    EXPECT_EQ(codes(client.say("MAIL FROM:<j\xc3\xb6s@b\xc3\xbc\x63her.example> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<\"j "
                               "\xc3\xb6s\"@example.org>\r\n"
                               "DATA\r\n.\r\n")),
              "250 250 354 250");
    EXPECT_TRUE(client.stored.at(0).commit.envelope.smtputf8);
    EXPECT_THAT(client.stored.at(0).commit.received_field, HasSubstr("with UTF8SMTP\r\n"));
}

TEST(Smtputf8, IllFormedUtf8AndAsciiSpecialsAreRefused) {
    for (const char* address : {"j\xc3s", "\xc0\xaf", "\xed\xa0\x80", "\x80", "j\xc3\xb6(s"}) {
        Client client;
        EXPECT_EQ(codes(client.say("MAIL FROM:<" + std::string(address) + "@example.org> SMTPUTF8\r\n")).front(), '5')
            << address;
    }
}

TEST(Smtputf8, HasNoValue) {
    Client client;
    EXPECT_EQ(codes(client.say("MAIL FROM:<> SMTPUTF8=1\r\n")), "501");
}

TEST(Smtputf8, VrfyAndExpnTakeIt) {
    Client client;
    EXPECT_EQ(client.say("VRFY j\xc3\xb6s SMTPUTF8\r\n"), client.say("VRFY bob\r\n"));
    EXPECT_EQ(codes(client.say("EXPN bob SMTPUTF8\r\nVRFY j\xc3\xb6s\r\nVRFY bob SMTPUTF8 x\r\n")), "252 252 501");
}

TEST(RequireTls, OnlyInsideTls) {
    Client clear;
    EXPECT_EQ(codes(clear.say("MAIL FROM:<> REQUIRETLS\r\n")), "555");
    Client tls(true);
    EXPECT_EQ(
        codes(tls.say(
            "MAIL FROM:<> REQUIRETLS=1\r\nMAIL FROM:<> REQUIRETLS\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n.\r\n")),
        "501 250 250 354 250");
    EXPECT_TRUE(tls.stored.at(0).commit.envelope.require_tls);
}

}  // namespace
}  // namespace refserver::protocol
