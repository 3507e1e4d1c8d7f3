#include "client/sink_check.h"

#include "client/mock_client.h"

namespace smtpspec::client {

std::optional<std::string> Sink::count_difference(const std::string& role, std::size_t messages, bool at_most) {
    const auto wait = messages == 0 || at_most ? Milliseconds::zero() : reply_time(stage_);
    const std::size_t count = stage_.next_hop->mails(names_.domain(role), messages, wait).size();
    if (count == messages || (at_most && count < messages)) return std::nullopt;
    return std::string("expected ") + (at_most ? "at most " : "") + std::to_string(messages) +
           (messages == 1 ? " message" : " messages") + " for " + role + " at the next hop; got " +
           std::to_string(count);
}

std::optional<std::string> Sink::connections_difference(std::size_t at_most) const {
    const std::size_t most = stage_.next_hop->most_connections();
    if (most <= at_most) return std::nullopt;
    return "expected at most " + std::to_string(at_most) + " connections at once to the next hop; got " +
           std::to_string(most);
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
    stage_.next_hop->answer(names_.domain(rule.role), {rule.verb, reply, rule.close, rule.times});
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
