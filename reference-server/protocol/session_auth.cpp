#include "protocol/base64.h"
#include "protocol/extensions.h"
#include "protocol/scanner.h"
#include "protocol/verbs.h"

namespace refserver::protocol {
namespace {

constexpr unsigned most_failed_logins = 3;  // X14; RFC 4954 §9 wants no fewer

bool encryption_missing(const SessionState& session) {
    return session.facts->tls_required_for_authentication && !session.tls;
}

void end_exchange(SessionState& session, ReplyName why) {
    session.sasl.reset();
    session.mode = Mode::command;
    session.reply(why);
}

void follow(SessionState& session, SaslStep step) {
    if (const auto* challenge = std::get_if<SaslChallenge>(&step)) {
        session.mode = Mode::sasl;
        session.reply(ReplyName::challenge, base64_encode(challenge->octets));
    } else if (auto* credentials = std::get_if<SaslCredentials>(&step)) {
        session.login_tried = credentials->user;
        session.ask(VerifyLogin{std::move(credentials->user), std::move(credentials->password)}, Mode::verifying_login);
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

}  // namespace

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
    auto exchange = make_sasl_exchange(mechanism);
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
    follow(session, session.sasl->respond(*std::move(response)));
}

void login_answered(SessionState& session, LoginOutcome outcome) {
    auto user = std::move(session.login_tried);
    session.login_tried.clear();
    session.sasl.reset();
    session.mode = Mode::command;
    switch (outcome) {
        case LoginOutcome::right:
            session.note("login", {{"user", user}});
            session.login = std::move(user);
            return session.reply(ReplyName::authenticated);
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
