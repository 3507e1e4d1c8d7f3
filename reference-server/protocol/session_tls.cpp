#include "protocol/extensions.h"
#include "protocol/verbs.h"

namespace refserver::protocol {

constinit const Extension extension::start_tls{
    .keyword = "STARTTLS",
    .offered = [](const SessionState& session) { return session.facts->tls_available && !session.tls; },
};

void starttls(SessionState& session, std::string_view /*argument*/) {
    if (session.tls) return session.reply(ReplyName::tls_already);
    if (!session.facts->tls_available) return session.reply(ReplyName::tls_not_available);
    session.reply(ReplyName::tls_ready);
    session.ask(StartTls{}, Mode::handshake);
}

/// RFC 3207 §4.2: whatever the client has said in clear is forgotten, its login too (X13).
void tls_established(SessionState& session, std::string version, std::string cipher) {
    session.clear_transaction();
    session.phase = Phase::connected;
    session.client_name.clear();
    session.extended = false;
    session.login.clear();
    session.tls = true;
    session.tls_version = std::move(version);
    session.tls_cipher = std::move(cipher);
    session.mode = Mode::command;
}

}  // namespace refserver::protocol
