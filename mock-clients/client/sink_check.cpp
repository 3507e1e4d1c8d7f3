#include "client/sink_check.h"

#include "client/expression.h"
#include "client/mock_client.h"

#include <algorithm>

namespace smtpspec::client {

namespace {

/// Line by line: `-- to 127.0.0.2`, `C: EHLO mail.example.org`, `S: 250 …`, `-- TLS`, `-- end`; each ends in LF alone,
/// other octets are as they were.
std::string text_of(const SinkDialogue& dialogue) {
    using Side = SinkDialogue::Side;
    std::string text = "-- to " + dialogue.came_to + "\n";
    for (const auto& [side, octets] : dialogue.parts) {
        const char* mark = side == Side::client ? "C: " : side == Side::sink ? "S: " : "-- ";
        for (std::size_t begin = 0; begin < octets.size();) {
            const std::size_t end = std::min(octets.find("\r\n", begin), octets.size());
            text += mark + octets.substr(begin, end - begin) + "\n";
            begin = end + 2;
        }
    }
    return text;
}

}  // namespace

std::optional<std::string> Sink::count_difference(const script::CountCheck& check) {
    const auto messages = static_cast<std::size_t>(check.messages);
    const Milliseconds wait = check.within                     ? scaled(*check.within, stage_)
                              : check.at_most || messages == 0 ? Milliseconds::zero()
                                                               : reply_time(stage_);
    const std::size_t count = stage_.next_hop->mails(names_.domain(check.role), messages, wait).size();
    if (count == messages || (check.at_most && count < messages)) return std::nullopt;
    return std::string("expected ") + (check.at_most ? "at most " : "") + std::to_string(messages) +
           (messages == 1 ? " message" : " messages") + " for " + check.role + " at the next hop; got " +
           std::to_string(count);
}

std::optional<std::string> Sink::connections_difference(std::size_t at_most) const {
    const std::size_t most = stage_.next_hop->most_connections();
    if (most <= at_most) return std::nullopt;
    return "expected at most " + std::to_string(at_most) + " connections at once to the next hop; got " +
           std::to_string(most);
}

std::optional<std::string> Sink::dialogue_difference(const script::SinkDialogueCheck& check,
                                                     const CheckContext& context) const {
    const Expression expression(context.pattern(check.pattern), check.pattern.ignore_case);
    const auto matches = [&](const SinkDialogue& dialogue) { return expression.found_in(text_of(dialogue)); };
    const bool negated = check.pattern.negated;
    // That nobody says it is known once nobody speaks any more.
    const auto enough = [&](const std::vector<SinkDialogue>& dialogues) {
        if (std::any_of(dialogues.begin(), dialogues.end(), matches)) return true;
        return negated && !dialogues.empty() &&
               std::all_of(dialogues.begin(), dialogues.end(), [](const auto& dialogue) { return dialogue.ended; });
    };
    const std::string domain = check.role.empty() ? "" : names_.domain(check.role);
    const auto dialogues = stage_.next_hop->dialogues(domain, enough, reply_time(stage_));
    if (dialogues.empty()) return "expected a connection to the next hop; there was none";
    if (std::any_of(dialogues.begin(), dialogues.end(), matches) != negated) return std::nullopt;
    std::string reason = negated ? "at the next hop was said what should not be:" : "at the next hop this is not said:";
    for (const SinkDialogue& dialogue : dialogues) reason += "\n" + text_of(dialogue);
    return reason;
}

std::optional<FoundMessage> Sink::message(const std::string& role, std::size_t number) {
    const auto mails = stage_.next_hop->mails(names_.domain(role), number, reply_time(stage_));
    if (mails.size() < number) return std::nullopt;
    const SunkMail& mail = mails[number - 1];
    return FoundMessage{mail.content, mail};
}

std::vector<FoundMessage> Sink::all_messages(const std::string& role) {
    std::vector<FoundMessage> found;
    for (const SunkMail& mail : stage_.next_hop->mails(names_.domain(role), 0, Milliseconds::zero())) {
        found.push_back({mail.content, mail});
    }
    return found;
}

void Sink::apply(const script::SinkRule& rule, const Text& text) {
    const std::string reply = rule.close ? "" : text(rule.reply);
    stage_.next_hop->answer(rule.role.empty() ? "" : names_.domain(rule.role),
                            {rule.verb, reply, rule.close, rule.times});
}

void Sink::apply(const script::SinkOffers& offers) {
    stage_.next_hop->offer(offers.keywords);
}

void Sink::apply(const script::SinkState& state) {
    stage_.next_hop->up(state.up);
}

void Sink::apply(const script::DnsRecord& record, const Text& text) {
    const std::string name = text(record.name);
    NextHop& next_hop = *stage_.next_hop;
    switch (record.kind) {
        case script::DnsKind::mx:
            return next_hop.record(name, "MX", std::to_string(record.preference) + " " + text(record.value));
        case script::DnsKind::null_mx:
            return next_hop.record(name, "MX", "0 .");  // RFC 7505 §3
        case script::DnsKind::a:
            return next_hop.record(name, "A", text(record.value));
        case script::DnsKind::aaaa:
            return next_hop.record(name, "AAAA", text(record.value));
        case script::DnsKind::cname:
            return next_hop.record(name, "CNAME", text(record.value));
        case script::DnsKind::fails:
            return next_hop.lookup_fails(name);
        case script::DnsKind::no_address:
            return next_hop.no_such_name(name);
    }
}

}  // namespace smtpspec::client
