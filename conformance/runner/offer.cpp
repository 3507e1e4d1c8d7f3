#include "runner/offer.h"

#include "client/case_ends.h"
#include "client/mock_client.h"
#include "client/reply_match.h"

#include <charconv>

namespace smtpspec::runner {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && number > 0 ? std::optional(number) : std::nullopt;
}

void add(const client::Reply& reply, Offer& offer) {
    using client::offered_parameters;
    offer.login = offer.login || offered_parameters(reply, "AUTH").has_value();
    offer.starttls = offer.starttls || offered_parameters(reply, "STARTTLS").has_value();
    if (const auto size = offered_parameters(reply, "SIZE")) {
        offer.mail_size = number_in(*size);
    }
    if (const auto limits = offered_parameters(reply, "LIMITS")) {
        constexpr std::string_view name = "RCPTMAX=";
        const auto at = limits->find(name);
        offer.recipients = at == std::string::npos ? std::nullopt : number_in(limits->substr(at + name.size()));
    }
}

bool accepts(client::MockClient& client, const std::string& command) {
    const client::Heard heard = client.command(command);
    return heard.kind == client::Heard::Kind::reply && heard.reply.code.starts_with('2');
}

/// Carries out a conversation; a server that does not play its part ends it.
template <class Talk>
void converse(const client::Stage& stage, const Talk& talk) {
    client::Transcript transcript(stage.timeout_scale);
    const script::Client script;
    client::MockClient client("probe", script, stage, transcript);
    try {
        client.arrive();
        talk(client);
        client.finish();
    } catch (const client::CaseEnds&) {
        return;
    }
}

}  // namespace

Offer offer_of(const client::Stage& stage) {
    Offer offer;
    converse(stage, [&](client::MockClient& client) {
        const auto ask = [&] {
            const bool answered = accepts(client, "EHLO client.example");
            if (answered && client.exchange().offered()) {
                add(*client.exchange().offered(), offer);
            }
            return answered;
        };
        if (ask() && offer.starttls && !offer.login && accepts(client, "STARTTLS")) {
            client.start_tls({});
            ask();
        }
    });
    return offer;
}

std::string first_accepted(const client::Stage& stage, const std::vector<std::string>& recipients) {
    std::string found;
    converse(stage, [&](client::MockClient& client) {
        if (!accepts(client, "EHLO client.example") || !accepts(client, "MAIL FROM:<>")) {
            return;
        }
        for (const std::string& recipient : recipients) {
            if (accepts(client, "RCPT TO:<" + recipient + ">")) {
                found = recipient;
                break;
            }
        }
        static_cast<void>(client.command("RSET"));
    });
    return found;
}

}  // namespace smtpspec::runner
