#include "protocol/path.h"
#include "protocol/verbs.h"

namespace refserver::protocol {
namespace {

/// Both are switched off for security: RFC 5321 §7.3 wants 252 for every name then, so that nothing is learnt here that
/// is not learnt at RCPT. What is no name at all is a syntax error.
void disclose_nothing(SessionState& session, std::string_view argument) {
    Scanner in(argument);
    const bool name = grammar::string_or_mailbox(in);
    if (session.facts->smtputf8) in.take(" SMTPUTF8");  // RFC 6531 §3.7.4.2; no reply here needs it
    session.reply(name && in.at_end() ? ReplyName::not_verified : ReplyName::bad_name);
}

}  // namespace

void vrfy(SessionState& session, std::string_view argument) {
    disclose_nothing(session, argument);
}

void expn(SessionState& session, std::string_view argument) {
    disclose_nothing(session, argument);
}

}  // namespace refserver::protocol
