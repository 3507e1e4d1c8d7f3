#include "protocol/session.h"

#include "protocol/session_state.h"
#include "protocol/verbs.h"

#include <utility>

namespace refserver::protocol {
namespace {

constexpr std::size_t most_kept_input = 262'144;

/// RFC 5321 §4.5.3.2.7.
constexpr std::chrono::seconds server_patience{300};

bool receiving_mail(const SessionState& session) {
    return session.content != nullptr;
}

void say_goodbye(SessionState& session, ReplyName why) {
    session.reply(why);
    session.close();
}

/// The stop that was asked for while a mail came. True: the session has said goodbye.
bool stop_if_due(SessionState& session) {
    if (!session.stopping || receiving_mail(session)) return false;
    if (session.mode != Mode::closed) say_goodbye(session, ReplyName::shutting_down);
    return true;
}

void process(SessionState& session, std::string_view input) {
    while (!input.empty()) {
        switch (session.mode) {
            case Mode::command:
                if (!session.line.take(input)) return;
                dispatch(session, session.line);
                session.line.clear();
                break;
            case Mode::sasl:
                if (!session.line.take(input)) return;
                take_sasl_line(session, session.line);
                session.line.clear();
                break;
            case Mode::data:
                take_data(session, input);
                break;
            case Mode::chunk:
                take_chunk(session, input);
                break;
            case Mode::verifying_login:
            case Mode::committing:
                session.kept_input = input;
                return;
            case Mode::handshake:  // RFC 3207 §4.2: clear text behind STARTTLS is not part of what follows in TLS
            case Mode::closed:
                return;
        }
        if (stop_if_due(session)) return;
    }
}

/// The caller has answered: goes on with what came meanwhile.
void resume(SessionState& session) {
    if (stop_if_due(session)) return;
    const auto input = std::exchange(session.kept_input, {});
    process(session, input);
    if (session.input_ended && !session.waiting_for_answer()) session.close();
}

}  // namespace

Session::Session(std::shared_ptr<const ServerFacts> facts, ConnectionFacts connection, const Policy& policy,
                 ContentReceiver& content)
    : state_(std::make_unique<SessionState>(std::move(facts), std::move(connection), policy, content)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;

void Session::greet() {
    state_->reply(ReplyName::greeting);
}

void Session::feed(std::string_view octets, std::chrono::system_clock::time_point now) {
    auto& session = *state_;
    session.now = now;
    if (!session.waiting_for_answer()) return process(session, octets);
    if (session.kept_input.size() + octets.size() > most_kept_input)
        return say_goodbye(session, ReplyName::too_much_input);
    session.kept_input += octets;
}

void Session::end_of_input() {
    auto& session = *state_;
    session.input_ended = true;
    if (!session.waiting_for_answer()) session.close();
}

std::string Session::take_output() {
    return std::exchange(state_->output, {});
}

std::optional<Request> Session::take_request() {
    return std::exchange(state_->request, std::nullopt);
}

bool Session::waiting() const {
    return awaiting() == Awaiting::nothing;
}

void Session::login_verified(bool right, std::chrono::system_clock::time_point now, std::string signature) {
    if (state_->mode != Mode::verifying_login) return;
    state_->now = now;
    state_->server_signature = std::move(signature);
    login_answered(*state_, right ? LoginOutcome::right : LoginOutcome::wrong);
    resume(*state_);
}

void Session::login_unavailable(std::chrono::system_clock::time_point now) {
    if (state_->mode != Mode::verifying_login) return;
    state_->now = now;
    login_answered(*state_, LoginOutcome::unavailable);
    resume(*state_);
}

void Session::mail_committed(CommitOutcome outcome, std::chrono::system_clock::time_point now) {
    if (state_->mode != Mode::committing) return;
    state_->now = now;
    content_committed(*state_, outcome);
    resume(*state_);
}

void Session::tls_started(std::string version, std::string cipher, std::chrono::system_clock::time_point now) {
    if (state_->mode != Mode::handshake) return;
    state_->now = now;
    tls_established(*state_, std::move(version), std::move(cipher));
    resume(*state_);
}

Awaiting Session::awaiting() const {
    switch (state_->mode) {
        case Mode::command:
            return Awaiting::command;
        case Mode::data:
        case Mode::chunk:
            return Awaiting::data_block;
        case Mode::sasl:
            return Awaiting::login_answer;
        case Mode::verifying_login:
        case Mode::committing:
        case Mode::handshake:
        case Mode::closed:
            break;
    }
    return Awaiting::nothing;
}

std::chrono::seconds Session::patience() const {
    return server_patience;
}

void Session::timed_out() {
    if (awaiting() != Awaiting::nothing) say_goodbye(*state_, ReplyName::timed_out);
}

void Session::shut_down() {
    auto& session = *state_;
    session.stopping = true;
    if (session.mode == Mode::closed || receiving_mail(session)) return;
    if (session.mode == Mode::handshake) return session.close();
    say_goodbye(session, ReplyName::shutting_down);
}

void Session::facts_changed(std::shared_ptr<const ServerFacts> facts) {
    const bool in_transaction = state_->phase != Phase::connected && state_->phase != Phase::ready;
    (in_transaction ? state_->next_facts : state_->facts) = std::move(facts);
}

std::vector<LogEvent> Session::take_log() {
    return std::exchange(state_->log, {});
}

}  // namespace refserver::protocol
