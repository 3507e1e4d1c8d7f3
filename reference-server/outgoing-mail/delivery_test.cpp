#include "outgoing-mail/delivery.h"

#include "outgoing-mail/scratch_directory_test.h"
#include "outgoing-mail/tiny_next_hop_test.h"

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TinyNextHop;

class DeliveryTest : public ::testing::Test {
protected:
    DeliveryTest() {
        settings_.general.primary_domain = "mail.example.org";
        auto& mail = settings_.outgoing_mail;
        mail.enabled = true;
        mail.mode = settings::OutgoingMode::relay;
        mail.relay_host = "127.0.0.1";
        mail.resend_delay = 3600;
        mail.max_resend_attempts = 1;
        mail.max_outbound_connections = 9;
    }

    // One attempt for a mail to bob; `waiting_changed` is asked while it goes on.
    void attempt(const TinyNextHop& relay, std::function<void()> waiting_changed) {
        settings_.outgoing_mail.relay_port = relay.port();
        backlog_.settings(settings_);
        routing::AcceptedMail mail;
        mail.envelope.reverse_path = "ann@example.org";
        mail.envelope.recipients.resize(1);
        mail.envelope.recipients[0].address = "bob@remote.example";
        mail.content = std::make_shared<routing::Content>(scratch_.path().string());
        auto queued = queue_.write(mail, mail.envelope.recipients, std::chrono::system_clock::now());
        queue_.publish(queued);
        backlog_.add(std::move(queued));
        const DeliveryContext context{backlog_,
                                      queue_,
                                      tls_,
                                      stop_,
                                      {},
                                      [](const auto&, const auto&) {},
                                      std::move(waiting_changed),
                                      [this](const auto&, const auto& endings) { told_.push_back(endings); }};
        deliver(context, *backlog_.take(std::chrono::system_clock::now()));
    }

    testing::ScratchDirectory scratch_;
    settings::Settings settings_;
    Files files_;
    Queue queue_{scratch_.path() / "queue", files_};
    Backlog backlog_{queue_, settings_};
    TlsClient tls_;
    StopSignal stop_;
    std::vector<std::vector<Ending>> told_;
};

// Otherwise a retry would be held up for as long as the connection has other mails to send.
TEST_F(DeliveryTest, TellsOfARetryWhileTheConnectionIsStillOpen) {
    TinyNextHop relay([](const std::string& line) { return line.starts_with("RCPT") ? "450 4.2.1 later" : ""; });
    std::optional<Time> next;
    bool quit = false;
    attempt(relay, [&] {
        next = backlog_.next();
        const auto lines = relay.lines();
        quit = std::find(lines.begin(), lines.end(), "QUIT") != lines.end();
    });
    EXPECT_TRUE(next);
    EXPECT_FALSE(quit);
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(DeliveryTest, TellsOfAnEnding) {
    TinyNextHop relay([](const std::string& line) { return line.starts_with("RCPT") ? "550 5.1.1 no" : ""; });
    attempt(relay, [] {});
    ASSERT_THAT(told_, SizeIs(1));
    ASSERT_THAT(told_[0], SizeIs(1));
    EXPECT_EQ(told_[0][0].result.status, "5.1.1");
    EXPECT_FALSE(told_[0][0].expired);
    EXPECT_EQ(backlog_.next(), std::nullopt);
}

}  // namespace
}  // namespace refserver::outgoing_mail
