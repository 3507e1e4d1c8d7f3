#include "protocol/session_content.h"
#include "protocol/verbs.h"

namespace refserver::protocol {

void data(SessionState& session, std::string_view /*argument*/) {
    // RFC 3030 §3: binary content has no lines and can only come in chunks.
    if (session.envelope.body == BodyType::binary_mime) return session.reply(ReplyName::out_of_sequence);
    begin_content(session);
    session.mode = Mode::data;
    session.reply(ReplyName::start_mail_input);
}

void take_data(SessionState& session, std::string_view& input) {
    const bool complete =
        session.content->dots.take(input, [&](std::string_view decoded) { append_content(session, decoded); });
    if (complete) content_complete(session);
}

}  // namespace refserver::protocol
