#include "outgoing-mail/outgoing_mail.h"
#include "outgoing-mail/tiny_next_hop_test.h"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <stdlib.h>

namespace refserver::outgoing_mail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TinyNextHop;

// Keeps what is published, and tells who waits for it.
class Mailboxes : public routing::Destination {
public:
    std::unique_ptr<routing::Staged> stage(const routing::AcceptedMail& mail,
                                           std::span<const routing::Recipient> recipients) override {
        struct Copy : routing::Staged {
            Mailboxes* owner;
            std::string account, content;
            bool null_reverse_path;
            void publish() override {
                const std::lock_guard lock(owner->mutex_);
                owner->contents_.push_back(account + (null_reverse_path ? ":<>:" : ":") + content);
                owner->arrived_.notify_all();
            }
            void withdraw() noexcept override {}
        };
        auto copy = std::make_unique<Copy>();
        copy->owner = this;
        copy->account = recipients.front().account;
        copy->content = mail.content->read(0, mail.content->size());
        copy->null_reverse_path = mail.envelope.reverse_path.empty();
        return copy;
    }

    std::vector<std::string> contents(std::size_t at_least) {
        std::unique_lock lock(mutex_);
        arrived_.wait_for(lock, std::chrono::seconds{10}, [&] { return contents_.size() >= at_least; });
        return contents_;
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<std::string> contents_;
};

class ServiceTest : public ::testing::Test {
protected:
    ServiceTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "queue-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
        settings_.general.primary_domain = "mail.example.org";
        auto& mail = settings_.outgoing_mail;
        mail.enabled = true;
        mail.mode = settings::OutgoingMode::relay;
        mail.relay_host = "127.0.0.1";
        mail.max_outbound_connections = 4;
        mail.max_resend_attempts = 2;
        mail.resend_delay = 1;
    }
    ~ServiceTest() override {
        service_.reset();
        std::filesystem::remove_all(directory_);
    }

    void start(std::uint16_t relay_port) {
        settings_.outgoing_mail.relay_port = relay_port;
        service_ = outgoing_mail::start(
            directory_, settings_, mailboxes_,
            [](const std::string& address) { return address == "alice@example.org" ? "alice" : ""; },
            [](const std::string&, const auto&) {});
    }

    routing::AcceptedMail mail(const std::string& content = "Subject: test\r\n\r\nbody\r\n") {
        routing::AcceptedMail m;
        m.envelope.reverse_path = "alice@example.org";
        m.received_field = "Received: by mail.example.org\r\n";
        m.content = std::make_shared<routing::Content>(directory_.string());
        m.content->append(content);
        return m;
    }

    void send(routing::AcceptedMail m, std::vector<std::string> addresses) {
        for (auto& address : addresses) {
            routing::Recipient r;
            r.address = address;
            m.envelope.recipients.push_back(r);
        }
        service_->stage(m, m.envelope.recipients)->publish();
    }

    std::filesystem::path directory_;
    settings::Settings settings_;
    Mailboxes mailboxes_;
    std::unique_ptr<Service> service_;
};

TEST_F(ServiceTest, DeliversToTheRelayHost) {
    TinyNextHop relay;
    start(relay.port());
    send(mail(), {"bob@remote.example", "eve@other.example"});
    const auto mails = relay.mails(1);
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_THAT(mails[0].envelope, ElementsAre("MAIL FROM:<alice@example.org>", "RCPT TO:<bob@remote.example>",
                                               "RCPT TO:<eve@other.example>"));
    EXPECT_EQ(mails[0].content, "Received: by mail.example.org\r\nSubject: test\r\n\r\nbody\r\n");
    service_->stop(std::chrono::seconds{5});
    EXPECT_THAT(list(directory_), IsEmpty());
}

}  // namespace
}  // namespace refserver::outgoing_mail
