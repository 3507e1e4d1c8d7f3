#include "protocol/session_state.h"

namespace refserver::protocol {

void SessionState::reply(ReplyName name) {
    reply(name, "");
}

void SessionState::reply(ReplyName name, std::string_view detail) {
    const auto& entry = protocol::reply(name);
    std::string text;
    for (const std::string_view part :
         {entry.names_server ? std::string_view(facts->primary_domain) : "", entry.text, detail}) {
        if (part.empty()) continue;
        if (!text.empty() && part.front() != '\n') text += ' ';
        text += part;
    }
    output += format_reply(entry.code, entry.enhanced, text);
}

void SessionState::reply(const Refusal& refusal) {
    output += format_reply(refusal.code, refusal.enhanced, refusal.text);
}

void SessionState::ask(Request what, Mode waiting_for_answer) {
    request = std::move(what);
    mode = waiting_for_answer;
}

void SessionState::close() {
    if (mode == Mode::closed) return;
    if (content) content_receiver.discard();
    content.reset();
    sasl.reset();
    kept_input.clear();
    request = Close{};
    mode = Mode::closed;
}

void SessionState::clear_transaction() {
    if (content) content_receiver.discard();
    content.reset();
    envelope = {};
    if (phase != Phase::connected) phase = Phase::ready;
    if (next_facts) facts = std::move(next_facts);
}

std::string SessionState::mail_id() const {
    return connection.id + "-" + std::to_string(mails);
}

void SessionState::note(std::string event, std::initializer_list<std::pair<std::string, std::string>> fields) {
    log.push_back({std::move(event), fields});
}

}  // namespace refserver::protocol
