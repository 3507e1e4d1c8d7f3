#include "client/player.h"
#include "client/server_steps.h"

/// The statements that are not a client's: what arrived, what the next hop does, the server's life.
namespace smtpspec::client {

void Player::act(const script::CountCheck& check) {
    if (check.place == script::Place::mailbox) return judge(mailboxes_.count_difference(check));
    judge(sink_.count_difference(check));
    if (check.at_most) return;
    sink_claims_[names_.domain(check.role)] = {static_cast<std::size_t>(check.messages), contents().size()};
}

void Player::act(const script::ContentCheck& content) {
    const bool in_mailbox = content.place == script::Place::mailbox;
    const std::string where = in_mailbox ? "in the mailbox of " + content.role : "at the next hop for " + content.role;
    if (content.check.number == 0) {
        const auto all = in_mailbox ? mailboxes_.all_messages(content.role) : sink_.all_messages(content.role);
        for (std::size_t i = 0; i < all.size(); ++i) judge_message(content.check, all[i], i + 1, where);
        return;
    }
    const auto number = static_cast<std::size_t>(content.check.number);
    const auto found = in_mailbox ? mailboxes_.message(content.role, number) : sink_.message(content.role, number);
    if (!found) return judge("expected message " + std::to_string(number) + " " + where + "; it did not come in time");
    judge_message(content.check, *found, number, where);
}

void Player::judge_message(const script::MessageCheck& check, const FoundMessage& found, std::size_t number,
                           const std::string& where) {
    if (const auto why = difference(check, found, check_context())) {
        judge("message " + std::to_string(number) + " " + where + ": " + *why);
    }
}

std::map<std::string, std::size_t> Player::sink_claims() const {
    // A mail that was sent after the check may rightly have come since.
    std::map<std::string, std::size_t> result;
    const std::size_t sent = contents().size();
    for (const auto& [domain, claim] : sink_claims_) {
        if (claim.contents_sent == sent) result[domain] = claim.messages;
    }
    return result;
}

void Player::act(const script::SinkRule& rule) {
    sink_.apply(rule, [this](const auto& source) { return text(source); });
}
void Player::act(const script::SinkOffers& offers) {
    sink_.apply(offers);
}
void Player::act(const script::SinkState& state) {
    sink_.apply(state);
}
void Player::act(const script::SinkConnections& check) {
    judge(sink_.connections_difference(static_cast<std::size_t>(check.at_most)));
}
void Player::act(const script::SinkDialogueCheck& check) {
    judge(sink_.dialogue_difference(check, check_context()));
}
void Player::act(const script::DnsRecord& record) {
    sink_.apply(record, [this](const auto& source) { return text(source); });
}

void Player::act(const script::ServerStep& what) {
    transcript_.note("", statement_->text);
    judge(server_difference(what, stage_));
}

void Player::act(const script::ListenCheck& check) {
    judge(listen_difference(text(check.address), check.port, check.listens, stage_));
}

void Player::act(const script::ChangeSetting& change) {
    stage_.server->change_setting(change.name, change.value);
}

}  // namespace smtpspec::client
