#include "protocol/session_harness.h"

#include <algorithm>

namespace refserver::protocol::harness {

std::optional<Refusal> TestPolicy::mail(const ReversePath& path, std::string_view /*login*/) const {
    if (path.mailbox && path.mailbox->local_part == "refused") return Refusal{550, "5.7.1", "refused", "X12"};
    return std::nullopt;
}

RecipientVerdict TestPolicy::recipient(const Mailbox& mailbox, std::string_view login) const {
    if (mailbox.local_part == "unknown") return Refusal{550, "5.1.1", "no such mailbox", "X2"};
    if (mailbox.domain.empty() || mailbox.domain == "example.org") {
        return AcceptRecipient{RecipientKind::hosted, mailbox.local_part};
    }
    if (login.empty()) return Refusal{550, "5.7.1", "relay refused", "D5"};
    return AcceptRecipient{RecipientKind::outgoing, ""};
}

void TestContent::begin() noexcept {
    octets.clear();
    ++begun;
}

void TestContent::discard() noexcept {
    octets.clear();
    ++discarded;
}

bool StoredMail::operator==(const StoredMail& other) const {
    return content == other.content && commit.received_field == other.commit.received_field &&
           commit.size == other.commit.size;
}

std::shared_ptr<ServerFacts> test_facts() {
    auto facts = std::make_shared<ServerFacts>();
    facts->primary_domain = "mail.example.org";
    facts->max_mail_size = 100'000;
    facts->max_recipients = 3;
    return facts;
}

Conversation::Conversation(std::shared_ptr<const ServerFacts> facts, const ConnectionFacts& connection)
    : session(std::move(facts), connection, policy, content) {
    if (connection.implicit_tls) session.tls_started("TLSv1.3", "TLS_AES_256_GCM_SHA384", now);
    session.greet();
    settle();
    greeting = take_replies();
}

std::string Conversation::say(std::string_view octets) {
    session.feed(octets, now);
    settle();
    return take_replies();
}

std::string Conversation::say_lines(std::initializer_list<std::string_view> lines) {
    std::string last;
    for (const auto line : lines) last = say(std::string(line) + "\r\n");
    return last;
}

void Conversation::settle() {
    replies_ += session.take_output();
    while (auto request = session.take_request()) {
        answer(*request);
        replies_ += session.take_output();
    }
}

void Conversation::answer(const Request& request) {
    if (const auto* login = std::get_if<VerifyLogin>(&request)) {
        const auto* given = std::get_if<PasswordGiven>(&login->evidence);
        const auto* cram = std::get_if<CramMd5Response>(&login->evidence);
        const auto* scram = std::get_if<ScramResponse>(&login->evidence);
        const bool right = given  ? given->password == "right"
                           : cram ? cram->digest == "right"
                                  : scram->proof == std::string(32, 'r');
        session.login_verified(right, now, scram && right ? "signature" : "");
    } else if (const auto* commit = std::get_if<CommitMail>(&request)) {
        if (outcome == CommitOutcome::stored) stored.push_back({*commit, content.octets});
        session.mail_committed(outcome, now);
    } else if (std::holds_alternative<StartTls>(request)) {
        tls_started = true;
        session.tls_started("TLSv1.3", "TLS_AES_256_GCM_SHA384", now);
    } else {
        closed = true;
    }
}

std::string codes(std::string_view replies) {
    std::string found;
    std::string_view open;  // the code of a reply that goes on
    while (!replies.empty()) {
        const auto end = replies.find("\r\n");
        const auto line = replies.substr(0, end);
        if (end == std::string_view::npos || line.size() < 4 || line.size() > 510) return "malformed";
        const auto code = line.substr(0, 3);
        const bool digits =
            code[0] >= '2' && code[0] <= '5' && code[1] >= '0' && code[1] <= '5' && code[2] >= '0' && code[2] <= '9';
        const bool text =
            std::ranges::all_of(line.substr(4), [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
        if (!digits || !text || (line[3] != ' ' && line[3] != '-') || (!open.empty() && open != code))
            return "malformed";
        open = line[3] == '-' ? code : "";
        if (open.empty()) found.append(found.empty() ? "" : " ").append(code);
        replies.remove_prefix(end + 2);
    }
    return open.empty() ? found : "malformed";
}

}  // namespace refserver::protocol::harness
