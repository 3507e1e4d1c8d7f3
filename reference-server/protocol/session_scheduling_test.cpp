#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// What MAIL may say about when a mail is to be delivered: MT-PRIORITY.
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

}  // namespace
}  // namespace refserver::protocol
