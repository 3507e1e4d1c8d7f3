#pragma once

#include "outgoing-mail/relay_session.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace refserver::outgoing_mail::testing {

/// For scripted dialogues: what the next hop says goes in, what the client says comes out. The mail goes from
/// ann@example.org to bob@remote.example.
class RelaySessionFixture : public ::testing::Test {
protected:
    RelaySessionFixture() {
        facts_.own_name = "mail.example.org";
        facts_.host = "mx.remote.example";
        envelope_.reverse_path = "ann@example.org";
        add("bob@remote.example");
    }

    void add(const std::string& address, const std::string& notify = "", const std::string& original = "") {
        routing::Recipient r;
        r.address = address;
        r.notify = notify;
        r.original_recipient = original;
        envelope_.recipients.push_back(r);
    }

    /// What the client says after the next hop has said these lines.
    std::string hear(const std::string& lines) {
        session_->feed(lines);
        return session_->take_output();
    }

    /// A session that is ready; `keywords` of EHLO are separated by |.
    void open(const std::string& keywords = "") {
        session_.emplace(facts_);
        hear("220 hello\r\n");
        std::string reply = "250-mx.remote.example\r\n";
        for (std::size_t i = 0, end; i < keywords.size(); i = end + 1) {
            end = std::min(keywords.find('|', i), keywords.size());
            reply += "250-" + keywords.substr(i, end - i) + "\r\n";
        }
        hear(reply + "250 HELP\r\n");
    }

    /// The mail, to all recipients of the envelope.
    std::string begin() {
        transaction_.envelope = &envelope_;
        transaction_.recipients.clear();
        for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) transaction_.recipients.push_back(i);
        transaction_.size = 1000;
        session_->begin(transaction_);
        return session_->take_output();
    }

    std::vector<Outcome> outcomes() const {
        std::vector<Outcome> out;
        for (const auto& r : session_->results()) out.push_back(r.outcome);
        return out;
    }

    void expect_refusal(const std::string& status) {
        EXPECT_EQ(begin(), "");
        EXPECT_EQ(session_->phase(), RelaySession::Phase::ready);
        EXPECT_EQ(session_->results()[0].outcome, Outcome::permanent);
        EXPECT_EQ(session_->results()[0].status, status);
    }

    SessionFacts facts_;
    routing::Envelope envelope_;
    Transaction transaction_;
    std::optional<RelaySession> session_;
};

}  // namespace refserver::outgoing_mail::testing
