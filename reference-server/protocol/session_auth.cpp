#include "protocol/base64.h"
#include "protocol/extensions.h"
#include "protocol/scanner.h"
#include "protocol/verbs.h"

#include <utility>

namespace refserver::protocol {
namespace {

constexpr unsigned most_failed_logins = 3;  // X14; RFC 4954 §9 wants no fewer

bool encryption_missing(const SessionState& session) {
    return session.facts->tls_required_for_authentication && !session.tls;
}

void end_exchange(SessionState& session, ReplyName why) {
    session.server_signature.clear();
    session.sasl.reset();
    session.mode = Mode::command;
    session.reply(why);
}

void follow(SessionState& session, SaslStep step) {
    if (const auto* challenge = std::get_if<SaslChallenge>(&step)) {
        session.mode = Mode::sasl;
        session.reply(ReplyName::challenge, base64_encode(challenge->octets));
    } else if (auto* login = std::get_if<VerifyLogin>(&step)) {
        session.login_tried = login->user;
        session.ask(std::move(*login), Mode::verifying_login);
    } else if (const auto why = std::get<ReplyName>(step); why == ReplyName::wrong_credentials) {
        login_answered(session, LoginOutcome::wrong);
    } else {
        end_exchange(session, why);
    }
}

/// RFC 4954 §4: `=` is an empty initial response.
std::optional<std::string> decode_initial_response(std::string_view text) {
    return text == "=" ? std::string() : base64_decode(text);
}

SaslContext context(const SessionState& session) {
    SaslContext context{.server_name = session.facts->primary_domain, .nonce = {}, .salt = {}};
    if (!challenges_offered(session)) return context;
    context.nonce = session.connection.nonce();
    context.salt = [&policy = session.policy](std::string_view user) { return policy.salt(user); };
    return context;
}

void logged_in(SessionState& session) {
    session.sasl.reset();
    session.mode = Mode::command;
    session.login = std::exchange(session.login_tried, {});
    session.note("login", {{"user", session.login}});
    session.reply(ReplyName::authenticated);
}

}  // namespace

bool challenges_offered(const SessionState& session) {
    return session.connection.nonce && session.policy.knows_clear_passwords();
}

bool authentication_offered(const SessionState& session) {
    return session.policy.offers_authentication() && !encryption_missing(session);
}

void auth(SessionState& session, std::string_view argument) {
    if (!session.policy.offers_authentication()) return session.reply(ReplyName::authentication_not_offered);
    if (!session.login.empty()) return session.reply(ReplyName::already_authenticated);
    Scanner in(argument);
    const auto mechanism = in.take_while([](char c) { return c != ' '; });
    const bool has_initial_response = in.take(' ');
    const auto initial_response = in.rest();
    if (has_initial_response && initial_response.find(' ') != std::string_view::npos) {
        return session.reply(ReplyName::bad_base64);
    }
    auto exchange = make_sasl_exchange(mechanism, context(session));
    if (!exchange) return session.reply(ReplyName::unknown_mechanism);
    if (encryption_missing(session)) return session.reply(ReplyName::encryption_needed);

    std::optional<std::string> response;
    if (has_initial_response) {
        response = decode_initial_response(initial_response);
        if (!response) return session.reply(ReplyName::bad_base64);
    }
    session.sasl = std::move(exchange);
    follow(session, session.sasl->begin(std::move(response)));
}

void take_sasl_line(SessionState& session, const CommandLine& line) {
    if (line.length() > CommandLine::limit) return end_exchange(session, ReplyName::response_too_long);
    if (line.text() == "*") return end_exchange(session, ReplyName::authentication_cancelled);
    auto response = base64_decode(line.text());
    if (!response) return end_exchange(session, ReplyName::bad_base64);
    if (!session.server_signature.empty()) {
        // RFC 4954 §4: what the server has to add at the end is one more challenge, and the response is empty.
        if (!response->empty()) return end_exchange(session, ReplyName::bad_response);
        session.server_signature.clear();
        return logged_in(session);
    }
    follow(session, session.sasl->respond(*std::move(response)));
}

void login_answered(SessionState& session, LoginOutcome outcome) {
    if (outcome == LoginOutcome::right && session.server_signature.empty()) return logged_in(session);
    if (outcome == LoginOutcome::right) {
        session.mode = Mode::sasl;
        return session.reply(ReplyName::challenge, base64_encode("v=" + base64_encode(session.server_signature)));
    }
    auto user = std::exchange(session.login_tried, {});
    session.sasl.reset();
    session.mode = Mode::command;
    switch (outcome) {
        case LoginOutcome::right:
            return;
        case LoginOutcome::unavailable:
            session.note("login-not-verified", {{"user", std::move(user)}});
            return session.reply(ReplyName::authentication_unavailable);
        case LoginOutcome::wrong:
            session.note("login-failed", {{"user", std::move(user)}});
            if (++session.failed_logins < most_failed_logins) return session.reply(ReplyName::wrong_credentials);
            session.reply(ReplyName::too_many_failures);
            return session.close();
    }
}

}  // namespace refserver::protocol
