#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// What MAIL may say about when a mail is to be delivered: MT-PRIORITY, DELIVERBY.
namespace refserver::protocol {
namespace {

using harness::codes;
using harness::Conversation;
using testing::HasSubstr;
using testing::StartsWith;

struct Client : Conversation {
    Client() { say("EHLO client.example\r\n"); }

    std::string mail(const std::string& parameters) { return say("MAIL FROM:<> " + parameters + "\r\n"); }
    const CommitMail& send() {
        say("RCPT TO:<bob@example.org>\r\nDATA\r\n.\r\n");
        return stored.at(0).commit;
    }
    void log_in() { say("AUTH PLAIN AHVzZXIAcmlnaHQ=\r\n"); }
};

// RFC 6710 §7.
TEST(MtPriority, Values) {
    const std::pair<const char*, const char*> cases[] = {
        {"MT-PRIORITY=0", "250"},   {"mt-priority=-9", "250"},   {"MT-PRIORITY=9", "250"},  {"MT-PRIORITY=10", "501"},
        {"MT-PRIORITY=-10", "501"}, {"MT-PRIORITY=-0", "501"},   {"MT-PRIORITY=00", "501"}, {"MT-PRIORITY=+1", "501"},
        {"MT-PRIORITY=-", "501"},   {"MT-PRIORITY=high", "501"}, {"MT-PRIORITY=", "501"},   {"MT-PRIORITY", "501"},
    };
    for (const auto& [parameter, expected] : cases) EXPECT_EQ(codes(Client().mail(parameter)), expected) << parameter;
    EXPECT_EQ(codes(Client().mail("MT-PRIORITY=1 MT-PRIORITY=1")), "501");
}

TEST(MtPriority, IsKeptOfWhoHasLoggedIn) {
    Client client;
    client.log_in();
    EXPECT_THAT(client.mail("MT-PRIORITY=5"), StartsWith("250 2.1.0 "));
    EXPECT_EQ(client.send().envelope.priority, 5);
}

TEST(MtPriority, AStrangerMayLowerButNotRaiseIt) {
    Client low;
    EXPECT_THAT(low.mail("MT-PRIORITY=-5"), StartsWith("250 2.1.0 "));
    EXPECT_EQ(low.send().envelope.priority, -5);
    Client high;
    EXPECT_THAT(high.mail("MT-PRIORITY=5"), StartsWith("250 2.3.6 0 "));
    EXPECT_EQ(high.send().envelope.priority, 0);
}

TEST(MtPriority, TheTraceTellsWhatWasGiven) {
    Client client;
    client.mail("MT-PRIORITY=5");
    EXPECT_THAT(client.send().received_field, HasSubstr("\r\n\tpriority 5;"));
    Client silent;
    silent.mail("");
    EXPECT_EQ(silent.send().received_field.find("priority"), std::string::npos);
}

TEST(MtPriority, IsForgottenWithTheTransaction) {
    Client client;
    client.mail("MT-PRIORITY=-5");
    client.say("RSET\r\n");
    client.say("MAIL FROM:<>\r\n");
    EXPECT_EQ(client.send().envelope.priority, 0);
}

struct Timed : Conversation {
    Timed() : Conversation(facts()) { say("EHLO client.example\r\n"); }
    static std::shared_ptr<ServerFacts> facts() {
        auto facts = harness::test_facts();
        facts->deliver_by = true;
        return facts;
    }
};

// RFC 2852 §4.
TEST(DeliverBy, Values) {
    const std::pair<const char*, const char*> cases[] = {
        {"BY=120;R", "250"},        {"by=+120;rt", "250"}, {"BY=2;R", "250"},        {"BY=1;R", "555"},
        {"BY=0;R", "501"},          {"BY=-1;R", "501"},    {"BY=0;N", "250"},        {"BY=-999999999;NT", "250"},
        {"BY=1234567890;N", "501"}, {"BY=;N", "501"},      {"BY=-;N", "501"},        {"BY=120", "501"},
        {"BY=120;", "501"},         {"BY=120;T", "501"},   {"BY=120;NR", "501"},     {"BY=120;NTT", "501"},
        {"BY=x;N", "501"},          {"BY", "501"},         {"BY=9;N BY=9;N", "501"},
    };
    for (const auto& [parameter, expected] : cases) {
        Timed client;
        EXPECT_EQ(codes(client.say(std::string("MAIL FROM:<> ") + parameter + "\r\n")), expected) << parameter;
    }
}

TEST(DeliverBy, CountsFromTheCommand) {
    Timed client;
    client.say("MAIL FROM:<> BY=120;RT\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n.\r\n");
    const auto& by = client.stored.at(0).commit.envelope.deliver_by;
    ASSERT_TRUE(by);
    EXPECT_EQ(by->time, client.now + std::chrono::seconds(120));
    EXPECT_TRUE(by->or_return && by->trace);
}

TEST(DeliverBy, IsUnknownWhereItIsNotOffered) {
    Client client;
    EXPECT_EQ(codes(client.mail("BY=120;R")), "555");
}

}  // namespace
}  // namespace refserver::protocol
