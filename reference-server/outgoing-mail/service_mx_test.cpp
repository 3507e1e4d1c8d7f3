#include "outgoing-mail/service_fixture_test.h"
#include "outgoing-mail/tiny_dns_test.h"
#include "outgoing-mail/tiny_next_hop_test.h"

#include <gmock/gmock.h>

// Independent mode, end to end (X17).
namespace refserver::outgoing_mail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TinyDns;
using testing::TinyNextHop;

class ServiceMxTest : public testing::ServiceFixture {
protected:
    ServiceMxTest() {
        settings_.outgoing_mail.mode = settings::OutgoingMode::independent;
        settings_.outgoing_mail.dns_hosts = {dns_.server()};
        settings_.outgoing_mail.resend_delay = 3600;
    }
    void start(const TinyNextHop& hop) {
        settings_.outgoing_mail.mx_port = hop.port();
        ServiceFixture::start();
    }
    std::string reported(const std::string& address) {
        send({address});
        const auto copies = mailboxes_.copies.wait(1);
        return copies.empty() ? "" : copies[0].content;
    }
    static TinyDns::Entry mx(const std::string& domain,
                             const std::vector<std::pair<std::uint16_t, std::string>>& hosts) {
        TinyDns::Entry entry;
        for (const auto& [preference, host] : hosts) entry.answer.push_back({domain, RecordType::mx, preference, host});
        return entry;
    }
    static TinyDns::Entry a(const std::string& host, const std::string& address) {
        return {0, {{host, RecordType::a, 0, address}}};
    }

    // mx1 is 127.0.0.1, mx2 is 127.0.0.3, both on the same port.
    TinyDns dns_{{
        {"one.example 15", mx("one.example", {{10, "mx1.example"}})},
        {"two.example 15", mx("two.example", {{20, "mx1.example"}, {10, "mx2.example"}})},
        {"null.example 15", mx("null.example", {{0, ""}})},
        {"loop.example 15", mx("loop.example", {{10, "mail.example.org"}, {20, "mx1.example"}})},
        {"broken.example 15", {2, {}}},
        {"plain.example 15", {0, {}}},
        {"plain.example 1", a("plain.example", "127.0.0.3")},
        {"plain.example 28", {0, {}}},
        {"mx1.example 1", a("mx1.example", "127.0.0.1")},
        {"mx1.example 28", {0, {}}},
        {"mx2.example 1", a("mx2.example", "127.0.0.3")},
        {"mx2.example 28", {0, {}}},
    }};
};

TEST_F(ServiceMxTest, EachDomainGoesToItsOwnHost) {
    TinyNextHop mx1;
    TinyNextHop mx2({}, "127.0.0.3", mx1.port());
    start(mx1);
    send({"a@one.example", "b@two.example", "c@ONE.example"});
    ASSERT_THAT(mx1.mails(1), SizeIs(1));
    EXPECT_THAT(mx1.mails(1)[0].envelope,
                ElementsAre("MAIL FROM:<alice@example.org>", "RCPT TO:<a@one.example>", "RCPT TO:<c@ONE.example>"));
    ASSERT_THAT(mx2.mails(1), SizeIs(1));
    EXPECT_THAT(mx2.mails(1)[0].envelope, ElementsAre("MAIL FROM:<alice@example.org>", "RCPT TO:<b@two.example>"));
    ASSERT_TRUE(logged("mail-delivered", 3));
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(ServiceMxTest, TheNextHostWhenTheBestIsNotThere) {
    TinyNextHop mx1;
    start(mx1);
    send({"b@two.example"});
    EXPECT_THAT(mx1.mails(1), SizeIs(1));
}

TEST_F(ServiceMxTest, TheNextHostWhenTheBestIsBusy) {
    TinyNextHop mx1;
    TinyNextHop mx2([](const std::string& line) { return line.empty() ? "450 4.3.2 busy" : ""; }, "127.0.0.3",
                    mx1.port());
    start(mx1);
    send({"b@two.example"});
    EXPECT_THAT(mx1.mails(1), SizeIs(1));
    EXPECT_EQ(mx2.connections(), 1);
}

TEST_F(ServiceMxTest, NotTheNextHostWhenTheBestRefusesTheRecipient) {
    TinyNextHop mx1;
    TinyNextHop mx2([](const std::string& line) { return line.starts_with("RCPT") ? "450 4.2.1 later" : ""; },
                    "127.0.0.3", mx1.port());
    start(mx1);
    send({"b@two.example"});
    ASSERT_TRUE(logged("mail-deferred"));
    EXPECT_EQ(mx1.connections(), 0);
}

TEST_F(ServiceMxTest, TheDomainsOwnAddressWithoutMx) {
    TinyNextHop plain({}, "127.0.0.3");
    start(plain);
    send({"a@plain.example"});
    EXPECT_THAT(plain.mails(1), SizeIs(1));
}

TEST_F(ServiceMxTest, AnAddressLiteral) {
    TinyNextHop host;
    start(host);
    send({"a@[127.0.0.1]"});
    EXPECT_THAT(host.mails(1), SizeIs(1));
}

TEST_F(ServiceMxTest, WhatCannotBeDeliveredIsReportedAtOnce) {
    TinyNextHop host;
    start(host);
    send({"a@null.example", "a@nowhere.example", "a@loop.example"});
    std::string reports;
    for (const auto& copy : mailboxes_.copies.wait(3)) reports += copy.content;
    EXPECT_THAT(reports, HasSubstr("a@null.example\r\nAction: failed\r\nStatus: 5.1.10\r\n"));
    EXPECT_THAT(reports, HasSubstr("a@nowhere.example\r\nAction: failed\r\nStatus: 5.1.2\r\n"));
    EXPECT_THAT(reports, HasSubstr("a@loop.example\r\nAction: failed\r\nStatus: 5.4.6\r\n"));
    EXPECT_EQ(host.connections(), 0);
}

TEST_F(ServiceMxTest, AFailedLookUpIsTriedAgain) {
    TinyNextHop host;
    start(host);
    send({"a@broken.example"});
    ASSERT_TRUE(logged("mail-deferred"));
    EXPECT_THAT(list(directory()), SizeIs(1));
    EXPECT_THAT(mailboxes_.copies.wait(0), IsEmpty());
}

// X22: what waits follows the new settings.
TEST_F(ServiceMxTest, AChangeOfModeHoldsForWhatWaits) {
    TinyNextHop host;
    settings_.outgoing_mail.resend_delay = 1;
    start(host);
    send({"a@broken.example"});
    ASSERT_TRUE(logged("mail-deferred"));
    settings_.outgoing_mail.mode = settings::OutgoingMode::relay;
    settings_.outgoing_mail.relay_host = "127.0.0.1";
    settings_.outgoing_mail.relay_port = host.port();
    service_->reload(settings_);
    EXPECT_THAT(host.mails(1), SizeIs(1));
}

}  // namespace
}  // namespace refserver::outgoing_mail
