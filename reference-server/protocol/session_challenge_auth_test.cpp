#include "protocol/base64.h"
#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// CRAM-MD5 (RFC 2195) and SCRAM-SHA-256 (RFC 5802, RFC 7677).
namespace refserver::protocol {
namespace {

using harness::codes;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Client : harness::Conversation {
    Client()
        : Conversation(harness::test_facts(),
                       {"c1", "192.0.2.1", false, false, [n = 0]() mutable { return "nonce" + std::to_string(++n); }}) {
        policy.clear_passwords = true;
        say("EHLO client.example\r\n");
    }
    /// The reply to a response, which is encoded.
    std::string respond(const std::string& response) { return say(base64_encode(response) + "\r\n"); }
};

std::string challenge(const std::string& reply) {
    return reply.starts_with("334 ") ? base64_decode(reply.substr(4, reply.size() - 6)).value_or("") : "none: " + reply;
}

const std::string client_first = "n,,n=bob,r=abc";
const std::string proof = ",p=" + base64_encode(std::string(32, 'r'));
const std::string client_final = "c=biws,r=abcnonce1" + proof;

TEST(ChallengeAuth, IsOfferedWherePasswordsAreKnownInClear) {
    Client client;
    EXPECT_THAT(client.say("EHLO client.example\r\n"), HasSubstr("250-AUTH SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN\r\n"));
    client.policy.clear_passwords = false;
    EXPECT_THAT(client.say("EHLO client.example\r\n"), HasSubstr("250-AUTH PLAIN LOGIN\r\n"));
    EXPECT_THAT(client.say("AUTH CRAM-MD5\r\n"), StartsWith("504 5.5.4 "));
    EXPECT_THAT(client.say("AUTH SCRAM-SHA-256\r\n"), StartsWith("504 5.5.4 "));
}

TEST(CramMd5Auth, EachChallengeIsAnotherOne) {
    Client client;
    EXPECT_EQ(challenge(client.say("AUTH CRAM-MD5\r\n")), "<nonce1@mail.example.org>");
    EXPECT_THAT(client.respond("bob wrong"), StartsWith("535 5.7.8 "));
    EXPECT_EQ(challenge(client.say("auth cram-md5\r\n")), "<nonce2@mail.example.org>");
    EXPECT_THAT(client.respond("bob right"), StartsWith("235 2.7.0 "));
}

TEST(CramMd5Auth, WhatIsNoResponse) {
    for (const char* response : {"", "bob", " right"}) {
        Client client;
        client.say("AUTH CRAM-MD5\r\n");
        EXPECT_THAT(client.respond(response), StartsWith("501 5.5.2 ")) << response;
    }
    Client client;
    EXPECT_THAT(client.say("AUTH CRAM-MD5 Ym9i\r\n"), StartsWith("501 5.7.0 "));
    client.say("AUTH CRAM-MD5\r\n");
    EXPECT_THAT(client.say("*\r\n"), StartsWith("501 5.7.0 "));
}

TEST(ScramAuth, TheServerProvesItselfBeforeTheLoginCounts) {
    Client client;
    EXPECT_EQ(challenge(client.say("AUTH SCRAM-SHA-256 " + base64_encode(client_first) + "\r\n")),
              "r=abcnonce1,s=" + base64_encode("salt of bob") + ",i=4096");
    EXPECT_EQ(challenge(client.respond(client_final)), "v=" + base64_encode("signature"));
    EXPECT_THAT(client.respond(""), StartsWith("235 2.7.0 "));
    EXPECT_EQ(codes(client.say("AUTH PLAIN\r\n")), "503");
}

TEST(ScramAuth, WhoCancelsAtTheEndIsNotLoggedIn) {
    for (const char* last : {"*\r\n", "eA==\r\n"}) {
        Client client;
        EXPECT_EQ(client.say("AUTH SCRAM-SHA-256\r\n"), "334 \r\n");
        client.respond(client_first);
        client.respond(client_final);
        EXPECT_THAT(client.say(last), StartsWith("501 ")) << last;
        EXPECT_EQ(codes(client.say("AUTH CRAM-MD5\r\n")), "334");
        EXPECT_EQ(codes(client.respond("bob right")), "235");
    }
}

TEST(ScramAuth, FirstMessages) {
    const std::pair<std::string, const char*> cases[] = {
        {"n,,n=bob,r=abc", "334"},
        {"y,,n=bob,r=abc", "334"},
        {"n,a=bob,n=bob,r=abc", "334"},
        {"n,,n=b=2Co=3Db,r=abc,x=more", "334"},
        {"n,a=ann,n=bob,r=abc", "535"},
        {"p=tls-unique,,n=bob,r=abc", "535"},
        {"n,,n=b\x01,r=abc", "535"},
        {"n,,m=x,n=bob,r=abc", "535"},
        {"n,,n=b\xc2\xado\xe2\x80\x8d"
         "b,r=abc",
         "334"},
        {"n,,n=b=2co,r=abc", "501"},
        {"n,,n=,r=abc", "501"},
        {"n,,n=bob,r=", "501"},
        {"n,,n=bob,r=a c", "501"},
        {"n,,n=bob", "501"},
        {"n,,N=bob,r=abc", "501"},
        {"n,n=bob,r=abc", "501"},
        {"n,,n=bob,r=abc,x", "501"},
        {"", "501"},
    };
    for (const auto& [message, expected] : cases) {
        Client client;
        client.say("AUTH SCRAM-SHA-256\r\n");
        EXPECT_EQ(codes(client.respond(message)), expected) << message;
    }
}

TEST(ScramAuth, FinalMessages) {
    const std::pair<std::string, const char*> cases[] = {
        {client_final, "334"},
        {"c=biws,r=abcnonce1,x=more" + proof, "334"},
        {"c=biws,r=abcnonce1,p=" + base64_encode(std::string(32, 'w')), "535"},
        {"c=biws,r=abcnonce2" + proof, "535"},
        {"c=biws,r=abc" + proof, "535"},
        {"c=eSws,r=abcnonce1" + proof, "535"},
        {"c=biws,r=abcnonce1", "501"},
        {"c=biws,r=abcnonce1,p=AAAA", "501"},
        {"c=biws,r=abcnonce1,p=!", "501"},
        {"c=!,r=abcnonce1" + proof, "501"},
        {"r=abcnonce1,c=biws" + proof, "501"},
        {"", "501"},
    };
    for (const auto& [message, expected] : cases) {
        Client client;
        client.say("AUTH SCRAM-SHA-256 " + base64_encode(client_first) + "\r\n");
        EXPECT_EQ(codes(client.respond(message)), expected) << message;
    }
}

}  // namespace
}  // namespace refserver::protocol
