#include "protocol/domain.h"
#include "protocol/extensions.h"
#include "protocol/path.h"
#include "protocol/verbs.h"

namespace refserver::protocol {
namespace {

/// The name a client gives itself, or nothing. HELO takes an address literal too: hosts without a name have nothing
/// else to say. Text behind a literal is tolerated (RFC 5321 §4.1.1.1) and dropped.
std::optional<std::string_view> client_name(std::string_view argument) {
    Scanner in(argument);
    if (const auto literal = grammar::address_literal(in)) {
        return in.at_end() || in.peek() == ' ' ? literal : std::nullopt;
    }
    const auto name = grammar::domain(in);
    if (!name || !in.at_end() || name->size() > grammar::max_domain || grammar::has_non_ascii(*name))
        return std::nullopt;
    return name;
}

void hello(SessionState& session, std::string_view name, bool extended) {
    session.clear_transaction();
    session.phase = Phase::ready;
    session.client_name = name;
    session.extended = extended;
}

}  // namespace

void ehlo(SessionState& session, std::string_view argument) {
    const auto name = client_name(argument);
    if (!name) return session.reply(ReplyName::bad_domain);
    hello(session, *name, true);
    session.output += format_reply(250, "", ehlo_text(session));
}

void helo(SessionState& session, std::string_view argument) {
    const auto name = client_name(argument);
    if (!name) return session.reply(ReplyName::bad_domain);
    hello(session, *name, false);
    session.reply(ReplyName::helo_ok);
}

void quit(SessionState& session, std::string_view /*argument*/) {
    session.reply(ReplyName::closing);
    session.close();
}

}  // namespace refserver::protocol
