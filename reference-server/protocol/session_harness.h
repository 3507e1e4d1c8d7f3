#pragma once

#include "protocol/session.h"

#include <chrono>
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
    bool clear_passwords = false;

    bool offers_authentication() const override { return authentication; }
    bool knows_clear_passwords() const override { return clear_passwords; }
    std::string salt(std::string_view user) const override { return "salt of " + std::string(user); }
    std::optional<Refusal> mail(const ReversePath&, std::string_view login) const override;
    RecipientVerdict recipient(const Mailbox&, std::string_view login) const override;
};

struct TestContent : ContentReceiver {
    std::string octets;
    unsigned begun = 0;
    unsigned discarded = 0;

    void begin() noexcept override;
    void append(std::string_view more) noexcept override { octets += more; }
    void discard() noexcept override;
};

struct StoredMail {
    CommitMail commit;
    std::string content;
    bool operator==(const StoredMail&) const;
};

/// Primary domain mail.example.org, at most 100,000 octets and three recipients, nothing else on offer.
std::shared_ptr<ServerFacts> test_facts();

/// Plays the caller of a session. Requests are answered when `settle` is called: the password `right` is right, so are
/// its likes (CRAM-MD5: the digest `right`; SCRAM: 32 times `r`), mails are stored, TLS starts.
class Conversation {
public:
    explicit Conversation(std::shared_ptr<const ServerFacts> facts = test_facts(),
                          const ConnectionFacts& connection = {"c1", "192.0.2.1"});

    /// Octets to the session; all it says to them, requests answered.
    std::string say(std::string_view octets);
    /// Each line with CR LF added; the replies to the last one.
    std::string say_lines(std::initializer_list<std::string_view> lines);
    void settle();
    std::string take_replies() { return std::exchange(replies_, {}); }

    std::chrono::system_clock::time_point now{std::chrono::seconds{1'795'524'060}};
    TestPolicy policy;
    TestContent content;
    Session session;
    std::string greeting;
    std::vector<StoredMail> stored;
    CommitOutcome outcome = CommitOutcome::stored;
    bool closed = false;
    bool tls_started = false;

private:
    void answer(const Request&);

    std::string replies_;
};

/// The codes of the replies, by blank: "250 354". "malformed" where the octets are not replies by the grammar of RFC
/// 5321 §4.2.
std::string codes(std::string_view replies);

}  // namespace refserver::protocol::harness
