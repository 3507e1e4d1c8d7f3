#include "outgoing-mail/service_fixture_test.h"

#include <algorithm>
#include <system_error>

namespace refserver::outgoing_mail::testing {

class Mailboxes::Stage : public routing::Staged {
public:
    Stage(Mailboxes& owner, Copy copy) : owner_(owner), copy_(std::move(copy)) {}
    void publish() override { owner_.copies.add(copy_); }
    void withdraw() noexcept override {}

private:
    Mailboxes& owner_;
    Copy copy_;
};

std::unique_ptr<routing::Staged> Mailboxes::stage(const routing::AcceptedMail& mail,
                                                  std::span<const routing::Recipient> recipients) {
    if (failures > 0) {
        --failures;
        throw std::system_error(ENOSPC, std::generic_category());
    }
    return std::make_unique<Stage>(*this, Copy{recipients.front().account, mail.envelope.reverse_path,
                                               mail.content->read(0, mail.content->size())});
}

ServiceFixture::ServiceFixture() {
    settings_.general.primary_domain = "mail.example.org";
    auto& mail = settings_.outgoing_mail;
    mail.enabled = true;
    mail.mode = settings::OutgoingMode::relay;
    mail.relay_host = "127.0.0.1";
    mail.max_outbound_connections = 4;
    mail.max_resend_attempts = 2;
    mail.resend_delay = 1;
}

void ServiceFixture::start() {
    service_ = outgoing_mail::start(
        directory(), settings_, mailboxes_,
        [](const std::string& address) { return address == "alice@example.org" ? "alice" : ""; },
        [this](const std::string& event, const auto&) { log_.add(event); });
}

void ServiceFixture::restart() {
    service_.reset();
    start();
}

routing::AcceptedMail ServiceFixture::mail(const std::string& content) const {
    routing::AcceptedMail m;
    m.envelope.reverse_path = "alice@example.org";
    m.received_field = "Received: by mail.example.org\r\n";
    m.content = std::make_shared<routing::Content>(scratch_.path().string());
    m.content->append(content);
    return m;
}

void ServiceFixture::send(routing::AcceptedMail m, const std::vector<std::string>& addresses) {
    for (const auto& address : addresses) {
        routing::Recipient r;
        r.address = address;
        m.envelope.recipients.push_back(r);
    }
    service_->stage(m, m.envelope.recipients)->publish();
}

bool ServiceFixture::logged(const std::string& event, std::ptrdiff_t times) {
    const auto enough = [&](const auto& events) { return std::count(events.begin(), events.end(), event) >= times; };
    return enough(log_.wait_until(enough));
}

}  // namespace refserver::outgoing_mail::testing
