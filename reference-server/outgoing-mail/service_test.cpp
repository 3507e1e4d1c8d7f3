#include "outgoing-mail/service_fixture_test.h"
#include "outgoing-mail/tiny_next_hop_test.h"

#include <chrono>
#include <future>
#include <set>
#include <thread>

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TinyNextHop;

class ServiceTest : public testing::ServiceFixture {
protected:
    void start(const TinyNextHop& relay) {
        settings_.outgoing_mail.relay_port = relay.port();
        ServiceFixture::start();
    }
};

TEST_F(ServiceTest, DeliversToTheRelayHost) {
    TinyNextHop relay;
    start(relay);
    send({"bob@remote.example", "eve@other.example"});
    const auto mails = relay.mails(1);
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_THAT(mails[0].envelope, ElementsAre("MAIL FROM:<alice@example.org>", "RCPT TO:<bob@remote.example>",
                                               "RCPT TO:<eve@other.example>"));
    EXPECT_EQ(mails[0].content, "Received: by mail.example.org\r\nSubject: test\r\n\r\nbody\r\n");
    ASSERT_TRUE(logged("mail-delivered", 2));
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(ServiceTest, DeliversABigMailToTheOctet) {
    TinyNextHop relay;
    start(relay);
    std::string content = "Subject: big\r\n\r\n";
    for (int i = 0; i < 100'000; ++i) content += (i % 3 == 0 ? "." : "line ") + std::to_string(i) + "\r\n";
    send(mail(content), {"bob@remote.example"});
    const auto mails = relay.mails(1);
    ASSERT_THAT(mails, SizeIs(1));
    std::string sent = "Received: by mail.example.org\r\n" + content;
    for (std::size_t at = 0; (at = sent.find("\r\n.", at)) != std::string::npos; at += 4) sent.insert(at + 2, ".");
    EXPECT_TRUE(mails[0].content == sent);
}

TEST_F(ServiceTest, AStagedMailThatIsNotPublishedLeavesNoTrace) {
    TinyNextHop relay;
    start(relay);
    auto m = mail();
    m.envelope.recipients.resize(1);
    m.envelope.recipients[0].address = "bob@remote.example";
    service_->stage(m, m.envelope.recipients);
    EXPECT_TRUE(std::filesystem::is_empty(directory() / "incoming"));
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(ServiceTest, AWithdrawnMailIsNotDelivered) {
    settings_.outgoing_mail.enabled = false;  // so that it cannot be under way before
    TinyNextHop relay;
    start(relay);
    auto m = mail();
    m.envelope.recipients.resize(1);
    m.envelope.recipients[0].address = "bob@remote.example";
    const auto staged = service_->stage(m, m.envelope.recipients);
    staged->publish();
    EXPECT_THAT(list(directory()), SizeIs(1));
    staged->withdraw();
    EXPECT_THAT(list(directory()), IsEmpty());
}

// X18, with a delay of a second and two attempts after the first.
TEST_F(ServiceTest, TriesAgainAfterTheDelay) {
    std::atomic<int> attempts = 0;
    TinyNextHop relay([&](const std::string& line) { return line == "." && ++attempts == 1 ? "451 4.3.0 later" : ""; });
    start(relay);
    const auto begun = steady_clock::now();
    send({"bob@remote.example"});
    ASSERT_THAT(relay.mails(1), SizeIs(1));
    EXPECT_GE(steady_clock::now() - begun, 1s);
    EXPECT_LT(steady_clock::now() - begun, 5s);
    ASSERT_TRUE(logged("mail-delivered"));
    EXPECT_THAT(mailboxes_.copies.wait(0), IsEmpty());
}

TEST_F(ServiceTest, GivesUpAfterTheLastAttempt) {
    std::atomic<int> attempts = 0;
    TinyNextHop relay([&](const std::string& line) { return line == "." && ++attempts ? "451 4.3.0 later" : ""; });
    start(relay);
    send({"bob@remote.example"});
    const auto copies = mailboxes_.copies.wait(1);
    ASSERT_THAT(copies, SizeIs(1));
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(copies[0].account, "alice");
    EXPECT_EQ(copies[0].reverse_path, "");
    EXPECT_THAT(copies[0].content,
                AllOf(HasSubstr("Final-Recipient: rfc822; bob@remote.example\r\nAction: failed\r\nStatus: 4.4.7\r\n"),
                      HasSubstr("Subject: test\r\n")));
    ASSERT_TRUE(logged("mail-deferred", 3));
    service_.reset();
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(ServiceTest, ADelayIsToldOnceToWhoAskedForIt) {
    TinyNextHop relay([](const std::string& line) { return line == "." ? "451 4.3.0 later" : ""; });
    start(relay);
    auto m = mail();
    routing::Recipient bob;
    bob.address = "bob@remote.example";
    bob.notify = "DELAY";
    m.envelope.recipients = {bob};
    service_->stage(m, m.envelope.recipients)->publish();
    const auto copies = mailboxes_.copies.wait(1);
    ASSERT_THAT(copies, SizeIs(1));
    EXPECT_THAT(copies[0].content, HasSubstr("Action: delayed\r\nStatus: 4.3.0\r\n"));
    ASSERT_TRUE(logged("mail-deferred", 3));
    EXPECT_THAT(mailboxes_.copies.wait(0), SizeIs(1));
}

// RFC 2852 §4.1. The resend delay is longer than the time: it is not the next attempt that ends the mail.
TEST_F(ServiceTest, WhatIsToBeReturnedComesBackWhenItsTimeIsOver) {
    TinyNextHop relay([](const std::string& line) { return line == "." ? "451 4.3.0 later" : ""; });
    settings_.outgoing_mail.resend_delay = 300;
    start(relay);
    auto m = mail();
    m.envelope.deliver_by = routing::DeliverBy{std::chrono::system_clock::now() + 1s, true};
    send(m, {"bob@remote.example"});
    const auto copies = mailboxes_.copies.wait(1);
    ASSERT_THAT(copies, SizeIs(1));
    EXPECT_THAT(copies[0].content,
                AllOf(HasSubstr("Action: failed\r\nStatus: 5.4.7\r\n"), HasSubstr("\r\nDeliver-By-Date: ")));
    service_.reset();  // the report comes first, and then the mail goes
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(ServiceTest, OfWhatIsLateTheSenderIsToldOnceAndItWaitsOn) {
    TinyNextHop relay([](const std::string& line) { return line == "." ? "451 4.3.0 later" : ""; });
    settings_.outgoing_mail.resend_delay = 300;
    start(relay);
    auto m = mail();
    m.envelope.deliver_by = routing::DeliverBy{std::chrono::system_clock::now() + 1s};
    send(m, {"bob@remote.example"});
    const auto copies = mailboxes_.copies.wait(1);
    ASSERT_THAT(copies, SizeIs(1));
    EXPECT_THAT(copies[0].content, HasSubstr("Action: delayed\r\nStatus: 4.4.7\r\n"));
    restart();
    const auto waiting = list(directory());
    ASSERT_THAT(waiting, SizeIs(1));
    retry(directory(), waiting[0].id);
    ASSERT_TRUE(logged("mail-deferred", 2));
    EXPECT_THAT(mailboxes_.copies.wait(0), SizeIs(1));
}

TEST_F(ServiceTest, ADeliveryIsToldOnlyOnceItIsPublished) {
    TinyNextHop relay;
    start(relay);
    auto m = mail();
    routing::Recipient carol;
    carol.address = "carol@example.org";
    carol.hosted = true;
    m.envelope.recipients = {carol};
    EXPECT_EQ(service_->delivery_reports().stage(m, m.envelope.recipients), nullptr);
    m.envelope.recipients[0].notify = "SUCCESS";
    service_->delivery_reports().stage(m, m.envelope.recipients).reset();
    EXPECT_THAT(mailboxes_.copies.wait(0), IsEmpty());
    service_->delivery_reports().stage(m, m.envelope.recipients)->publish();
    const auto copies = mailboxes_.copies.wait(1);
    ASSERT_THAT(copies, SizeIs(1));
    EXPECT_EQ(copies[0].reverse_path, "");
    EXPECT_THAT(copies[0].content,
                AllOf(HasSubstr("Final-Recipient: rfc822; carol@example.org\r\nAction: delivered\r\n"),
                      HasSubstr("\r\n\r\nReceived: by mail.example.org\r\nSubject: test\r\n")));
}

TEST_F(ServiceTest, EachRecipientGoesItsWay) {
    std::atomic<int> times = 0;
    TinyNextHop relay([&](const std::string& line) {
        if (line.starts_with("RCPT TO:<gone")) return "550 5.1.1 unknown";
        if (line.starts_with("RCPT TO:<busy") && ++times == 1) return "450 4.2.1 later";
        return "";
    });
    start(relay);
    send({"bob@remote.example", "gone@remote.example", "busy@remote.example"});
    const auto copies = mailboxes_.copies.wait(1);
    ASSERT_THAT(copies, SizeIs(1));
    EXPECT_THAT(copies[0].content,
                AllOf(HasSubstr("gone@remote.example"), Not(HasSubstr("bob@")), Not(HasSubstr("busy@"))));
    const auto mails = relay.mails(2);
    ASSERT_THAT(mails, SizeIs(2));
    EXPECT_THAT(mails[1].envelope, ElementsAre("MAIL FROM:<alice@example.org>", "RCPT TO:<busy@remote.example>"));
}

TEST_F(ServiceTest, TooManyRecipientsAreSentAtOnceInAnotherTransaction) {
    std::atomic<int> recipients = 0;
    TinyNextHop relay([&](const std::string& line) {
        if (line.starts_with("MAIL")) recipients = 0;
        return line.starts_with("RCPT") && ++recipients > 2 ? "452 4.5.3 too many" : "";
    });
    settings_.outgoing_mail.resend_delay = 3600;
    start(relay);
    send({"a@remote.example", "b@remote.example", "c@remote.example", "d@remote.example", "e@remote.example"});
    const auto mails = relay.mails(3);
    ASSERT_THAT(mails, SizeIs(3));
    ASSERT_TRUE(logged("mail-delivered", 5));
}

TEST_F(ServiceTest, AStrangerIsToldThroughTheQueue) {
    TinyNextHop relay(
        [](const std::string& line) { return line.starts_with("RCPT TO:<gone") ? "550 5.1.1 unknown" : ""; });
    start(relay);
    auto m = mail();
    m.envelope.reverse_path = "stranger@elsewhere.example";
    send(m, {"gone@remote.example"});
    const auto mails = relay.mails(1);
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_THAT(mails[0].envelope, ElementsAre("MAIL FROM:<>", "RCPT TO:<stranger@elsewhere.example>"));
    EXPECT_THAT(mails[0].content, HasSubstr("Action: failed"));
}

TEST_F(ServiceTest, NobodyIsToldAboutAReport) {
    TinyNextHop relay([](const std::string& line) { return line.starts_with("RCPT") ? "550 5.1.1 unknown" : ""; });
    start(relay);
    auto m = mail();
    m.envelope.reverse_path = "stranger@elsewhere.example";
    send(m, {"gone@remote.example"});  // the report about it fails too
    ASSERT_TRUE(logged("mail-failed", 2));
    EXPECT_THAT(list(directory()), IsEmpty());
    EXPECT_TRUE(logged("report-sent", 1));
    EXPECT_FALSE(log_.wait_until([](const auto&) { return true; }).empty());
    EXPECT_THAT(mailboxes_.copies.wait(0), IsEmpty());
}

TEST_F(ServiceTest, AReportThatCannotBeStoredIsTriedAgain) {
    TinyNextHop relay([](const std::string& line) { return line.starts_with("RCPT") ? "550 5.1.1 unknown" : ""; });
    start(relay);
    mailboxes_.failures = 1;
    send({"gone@remote.example"});
    EXPECT_THAT(mailboxes_.copies.wait(1), SizeIs(1));
    EXPECT_TRUE(logged("report-not-stored"));
}

TEST_F(ServiceTest, OneConnectionServesSeveralMails) {
    settings_.outgoing_mail.enabled = false;
    settings_.outgoing_mail.max_outbound_connections = 1;
    TinyNextHop relay;
    start(relay);
    for (int i = 0; i < 5; ++i) send({"bob@remote.example"});
    settings_.outgoing_mail.enabled = true;
    service_->reload(settings_);
    EXPECT_THAT(relay.mails(5), SizeIs(5));
    EXPECT_EQ(relay.connections(), 1);
}

TEST_F(ServiceTest, AHostThatTakesOneMailPerConnectionGetsThemAllAtOnce) {
    settings_.outgoing_mail.enabled = false;
    settings_.outgoing_mail.max_outbound_connections = 1;
    settings_.outgoing_mail.resend_delay = 3600;
    std::atomic<int> mails = 0;
    TinyNextHop relay([&](const std::string& line) {
        if (line.empty()) mails = 0;
        return line.starts_with("MAIL") && ++mails > 1 ? "close after 421 4.7.0 one is enough" : "";
    });
    start(relay);
    for (int i = 0; i < 3; ++i) send({"bob@remote.example"});
    settings_.outgoing_mail.enabled = true;
    service_->reload(settings_);
    EXPECT_THAT(relay.mails(3), SizeIs(3));
}

TEST_F(ServiceTest, ManyMailsAtOnceArriveOnceEach) {
    TinyNextHop relay;
    start(relay);
    std::vector<std::thread> clients;
    clients.reserve(8);
    for (int c = 0; c < 8; ++c) {
        clients.emplace_back([this, c] {
            for (int i = 0; i < 20; ++i) send({std::to_string(c * 20 + i) + "@remote.example"});
        });
    }
    for (auto& client : clients) client.join();
    std::set<std::string> recipients;
    for (const auto& m : relay.mails(160)) EXPECT_TRUE(recipients.insert(m.envelope.at(1)).second) << m.envelope[1];
    EXPECT_THAT(recipients, SizeIs(160));
    ASSERT_TRUE(logged("mail-delivered", 160));
    EXPECT_THAT(list(directory()), IsEmpty());
}

// X19: two at once, and never more.
TEST_F(ServiceTest, KeepsToTheMostConnections) {
    settings_.outgoing_mail.max_outbound_connections = 2;
    std::mutex mutex;
    std::condition_variable changed;
    int busy = 0;
    TinyNextHop relay([&](const std::string& line) {
        if (line != ".") return "";
        std::unique_lock lock(mutex);
        ++busy;
        changed.notify_all();
        changed.wait_for(lock, 10s, [&] { return busy >= 2; });  // the first waits for company
        return "";
    });
    start(relay);
    for (int i = 0; i < 8; ++i) send({"bob@remote.example"});
    EXPECT_THAT(relay.mails(8), SizeIs(8));
    EXPECT_EQ(relay.most_at_once(), 2);
}

TEST_F(ServiceTest, AStopLetsTheMailInHandArrive) {
    std::promise<void> dot, go_on;
    TinyNextHop relay([&](const std::string& line) {
        if (line == ".") {
            dot.set_value();
            go_on.get_future().wait();
        }
        return "";
    });
    start(relay);
    send({"bob@remote.example"});
    dot.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { service_->stop(10s); });
    EXPECT_EQ(stopped.wait_for(50ms), std::future_status::timeout);
    go_on.set_value();
    stopped.get();
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(ServiceTest, AStopDoesNotWaitLongerThanAsked) {
    std::promise<void> dot, go_on;
    TinyNextHop relay([&](const std::string& line) {
        if (line == ".") {
            dot.set_value();
            go_on.get_future().wait();
        }
        return "";
    });
    start(relay);
    send({"bob@remote.example"});
    dot.get_future().wait();
    const auto begun = steady_clock::now();
    service_->stop(100ms);
    EXPECT_LT(steady_clock::now() - begun, 5s);
    EXPECT_THAT(list(directory()), SizeIs(1));
    go_on.set_value();
}

TEST_F(ServiceTest, LogsInOverTls) {
    settings_.outgoing_mail.relay_user = "relay";
    settings_.outgoing_mail.relay_password = "s3cret";
    TinyNextHop relay(
        [](const std::string& line) {
            return line.starts_with("EHLO")   ? "250-tiny\r\n250-STARTTLS\r\n250 AUTH PLAIN"
                   : line.starts_with("AUTH") ? "235 2.7.0 yes"
                                              : "";
        },
        "127.0.0.1", 0, true);
    start(relay);
    send({"bob@remote.example"});
    const auto mails = relay.mails(1);
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_TRUE(mails[0].tls);
    EXPECT_THAT(relay.lines(), Contains("AUTH PLAIN AHJlbGF5AHMzY3JldA=="));
}

TEST_F(ServiceTest, GoesOnInClearWhenTheHandshakeFails) {
    TinyNextHop relay([](const std::string& line) {
        return line.starts_with("EHLO") ? "250-tiny\r\n250 STARTTLS" : line == "STARTTLS" ? "close after 220 go" : "";
    });
    start(relay);
    send({"bob@remote.example"});
    const auto mails = relay.mails(1);
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_FALSE(mails[0].tls);
    EXPECT_EQ(mails[0].connection, 2);
}

TEST_F(ServiceTest, ADeadHostIsAskedOnceForAllThatWaits) {
    settings_.outgoing_mail.enabled = false;
    settings_.outgoing_mail.max_outbound_connections = 1;
    settings_.outgoing_mail.resend_delay = 3600;
    TinyNextHop relay([](const std::string& line) { return line.empty() ? "close after 421 4.3.2 down" : ""; });
    start(relay);
    for (int i = 0; i < 3; ++i) send({"bob@remote.example"});
    settings_.outgoing_mail.enabled = true;
    service_->reload(settings_);
    ASSERT_TRUE(logged("mail-deferred", 3));
    EXPECT_EQ(relay.connections(), 1);
}

}  // namespace
}  // namespace refserver::outgoing_mail
