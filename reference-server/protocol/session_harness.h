#pragma once

#include "protocol/session.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A session with everything around it that is needed to talk to it in a test or under the fuzzer.
namespace refserver::protocol::harness {

/// Hosted: anything at example.org but `unknown`; outgoing: anything else for whoever is logged in.
struct TestPolicy : Policy {
    bool authentication = true;
    bool offers_authentication() const override { return authentication; }
    std::optional<Refusal> mail(const ReversePath& path, std::string_view /*login*/) const override {
        if (path.mailbox && path.mailbox->local_part == "refused") return Refusal{550, "5.7.1", "refused", "X12"};
        return std::nullopt;
    }
    RecipientVerdict recipient(const Mailbox& mailbox, std::string_view login) const override {
        if (mailbox.local_part == "unknown") return Refusal{550, "5.1.1", "no such mailbox", "X2"};
        if (mailbox.domain.empty() || mailbox.domain == "example.org") {
            return AcceptRecipient{RecipientKind::hosted, mailbox.local_part};
        }
        if (login.empty()) return Refusal{550, "5.7.1", "relay refused", "D5"};
        return AcceptRecipient{RecipientKind::outgoing, ""};
    }
};

struct TestContent : ContentReceiver {
    std::string octets;
    bool held = false;
    void begin() noexcept override {
        octets.clear();
        held = true;
    }
    void append(std::string_view more) noexcept override { octets += more; }
    void discard() noexcept override {
        octets.clear();
        held = false;
    }
};

struct StoredMail {
    CommitMail commit;
    std::string content;
};

inline std::shared_ptr<ServerFacts> test_facts() {
    auto facts = std::make_shared<ServerFacts>();
    facts->primary_domain = "mail.example.org";
    facts->max_mail_size = 100'000;
    facts->max_recipients = 3;
    return facts;
}

/// Answers every request at once: the password is `right`, every mail is stored, TLS starts.
class Conversation {
public:
    explicit Conversation(std::shared_ptr<const ServerFacts> facts = test_facts(),
                          ConnectionFacts connection = {"c1", "192.0.2.1"})
        : session(std::move(facts), std::move(connection), policy, content) {
        session.greet();
        settle();
        greeting = take_replies();
    }

    /// All that the session says to these octets.
    std::string say(std::string_view octets) {
        session.feed(octets, now);
        settle();
        return take_replies();
    }
    std::string take_replies() { return std::exchange(replies, {}); }

    void settle() {
        replies += session.take_output();
        while (auto request = session.take_request()) {
            answer(*request);
            replies += session.take_output();
        }
    }

    std::chrono::system_clock::time_point now{std::chrono::seconds{1'795'524'060}};
    TestPolicy policy;
    TestContent content;
    Session session;
    std::string greeting;
    std::vector<StoredMail> stored;
    CommitOutcome outcome = CommitOutcome::stored;
    bool closed = false;

private:
    void answer(const Request& request) {
        if (const auto* login = std::get_if<VerifyLogin>(&request)) {
            session.login_verified(login->password == "right", now);
        } else if (const auto* commit = std::get_if<CommitMail>(&request)) {
            if (outcome == CommitOutcome::stored) stored.push_back({*commit, content.octets});
            content.held = false;
            session.mail_committed(outcome, now);
        } else if (std::holds_alternative<StartTls>(request)) {
            session.tls_started("TLSv1.3", "TLS_AES_256_GCM_SHA384", now);
        } else {
            closed = true;
        }
    }

    std::string replies;
};

}  // namespace refserver::protocol::harness
