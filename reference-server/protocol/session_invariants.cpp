#include "protocol/session_invariants.h"

#include "protocol/session_harness.h"

#include <algorithm>
#include <array>

namespace refserver::protocol::harness {
namespace {

enum class Cut { whole, octets, odd_pieces, late_answers };

struct Outcome {
    std::string replies;
    std::vector<StoredMail> stored;
    std::vector<std::string> events;
    bool operator==(const Outcome&) const = default;
};

std::size_t next_piece(Cut cut, std::size_t at) {
    switch (cut) {
        case Cut::whole:
            return std::string_view::npos;
        case Cut::octets:
            return 1;
        case Cut::odd_pieces:
            return 1 + at % 7;
        case Cut::late_answers:
            return 5;
    }
    return 1;
}

/// `violation` is set when something is wrong whatever the other cuts yield.
Outcome converse(Conversation& client, std::string_view input, Cut cut, std::optional<std::string>& violation) {
    Outcome outcome;
    // Behind STARTTLS the octets of a test would be clear text to one cut and protected to another: the rest is left
    // out.
    for (std::size_t at = 0; at < input.size() && !client.tls_started;) {
        const auto piece = input.substr(at, next_piece(cut, at));
        at += piece.size();
        if (cut == Cut::late_answers) {
            client.session.feed(piece, client.now);
        } else {
            outcome.replies += client.say(piece);
        }
    }
    client.settle();
    outcome.replies += client.take_replies();
    if (client.tls_started) outcome.replies += client.say("MAIL FROM:<>\r\nEHLO client.example\r\n");
    client.session.end_of_input();
    client.settle();
    outcome.replies += client.take_replies();
    outcome.stored = client.stored;
    for (const auto& event : client.session.take_log()) outcome.events.push_back(event.event);

    if (!client.closed) violation = "not closed at the end of the input";
    if (codes(outcome.replies) == "malformed") violation = "malformed reply";
    if (client.content.begun != client.content.discarded + client.stored.size())
        violation = "content neither stored nor discarded";
    client.session.timed_out();
    client.session.shut_down();
    if (!client.say("NOOP\r\n").empty()) violation = "output after the close";
    return outcome;
}

std::optional<std::string> violated_invariant(std::string_view input, const std::shared_ptr<ServerFacts>& facts,
                                              bool tls) {
    std::optional<std::string> violation;
    std::optional<Outcome> first;
    for (const auto cut : {Cut::whole, Cut::octets, Cut::odd_pieces, Cut::late_answers}) {
        Conversation client(facts, {"c1", "192.0.2.1", tls});
        auto outcome = converse(client, input, cut, violation);
        if (violation) return violation;
        if (!first) {
            first = std::move(outcome);
        } else if (outcome != *first) {
            return "depends on how the input is cut:\n" + first->replies + "--- or ---\n" + outcome.replies;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> violated_invariant(std::string_view input) {
    auto everything = test_facts();
    everything->tls_available = everything->dsn = everything->smtputf8 = true;
    everything->binary_mime = everything->require_tls = everything->deliver_by = true;
    auto little = test_facts();
    little->max_mail_size = 64;
    little->max_recipients = 1;
    little->tls_required_for_authentication = true;
    if (auto violation = violated_invariant(input, everything, false)) return violation;
    if (auto violation = violated_invariant(input, everything, true)) return violation;
    return violated_invariant(input, little, false);
}

}  // namespace refserver::protocol::harness
