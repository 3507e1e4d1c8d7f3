#pragma once

#include "client/case_ends.h"
#include "client/execute.h"
#include "client/mailbox_check.h"
#include "client/mock_client.h"
#include "client/names.h"
#include "client/sink_check.h"
#include "client/transcript.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace smtpspec::client {

/// Plays the statements of one case.
class Player {
public:
    Player(const script::Case&, const Stage&, Transcript&);

    /// Throws CaseEnds where a statement does not hold; statement() is then the one.
    void play();
    const script::Statement* statement() const { return statement_; }
    /// What has to stay true of the next hop, if all held.
    std::map<std::string, std::size_t> sink_claims() const;

private:
    using Statement = script::Statement;
    void play(const std::vector<Statement>&);
    void play(const Statement&);

    void act(const script::Send&);
    void act(const script::SendMessage&);
    void act(const script::Expect&);
    void act(script::ClientAct);
    void act(const script::StartTls&);
    void act(const script::Given&);
    void act(const script::CountCheck&);
    void act(const script::ContentCheck&);
    void act(const script::SinkRule&);
    void act(const script::SinkOffers&);
    void act(const script::SinkState&);
    void act(const script::SinkConnections&);
    void act(const script::SinkDialogueCheck&);
    void act(const script::DnsRecord&);
    void act(const script::ServerStep&);
    void act(const script::ListenCheck&);
    void act(const script::ChangeSetting&);
    void act(const script::Repeat&);

    Heard hear(const script::Expect&);
    Heard reconnect(const script::Expect&);

    void login(const std::string& role);
    void transaction(const script::Given&);
    void step(const std::string& octets, const char* code);
    void send(Writes);
    void flush_others();
    void finish();
    /// A finding unless there is none; in the author's words where there are some.
    void judge(const std::optional<std::string>& difference, bool lost = false) const;

    /// The connections of the statement's client.
    const std::vector<MockClient*>& connections() const;
    MockClient& client() { return *current_; }
    void judge_message(const script::MessageCheck&, const FoundMessage&, std::size_t number, const std::string& where);
    std::optional<std::string> value(std::string_view name);
    std::optional<std::string> last_reply_of(std::string_view client) const;
    std::string text(const script::Template&);
    std::string pattern(const script::Pattern&);
    PatternText pattern_text();
    CheckContext check_context();
    std::vector<std::string> contents() const;
    MessageParts parts(const std::string& from, const std::string& to);
    std::string content_of(const script::SendMessage&);

    const script::Case& case_;
    const Stage& stage_;
    Transcript& transcript_;
    Names names_;
    Mailboxes mailboxes_;
    Sink sink_;
    std::vector<std::unique_ptr<MockClient>> clients_;
    std::map<std::string, std::vector<MockClient*>> connections_;  // by the client's name
    MockClient* current_ = nullptr;                                // the one that a statement is about
    std::string last_reply_;                                       // which it heard before that statement
    const Statement* statement_ = nullptr;
    int messages_ = 0;
    struct SinkClaim {
        std::size_t messages;
        std::size_t contents_sent;
    };
    std::map<std::string, SinkClaim> sink_claims_;
};

}  // namespace smtpspec::client
