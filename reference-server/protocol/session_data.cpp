#include "protocol/received_field.h"
#include "protocol/verbs.h"

namespace refserver::protocol {
namespace {

constexpr std::uint32_t most_received_fields = 100;  // RFC 5321 §6.3

std::string trace_field(const SessionState& session) {
    const auto& recipients = session.envelope.recipients;
    const bool name_recipient = recipients.size() == 1 && !recipients.front().mailbox.domain.empty();
    const Trace trace{
        .client_name = session.client_name,
        .client_address = session.connection.client_address,
        .server_name = session.facts->primary_domain,
        .extended = session.extended,
        .tls = session.tls,
        .authenticated = !session.login.empty(),
        .smtputf8 = session.envelope.smtputf8,
        .tls_version = session.tls_version,
        .tls_cipher = session.tls_cipher,
        .id = session.mail_id(),
        .single_recipient = name_recipient ? recipients.front().mailbox.to_string() : "",
    };
    return received_field(trace, session.now, local_zone(session.now));
}

bool too_big(const SessionState& session) {
    const auto most = session.facts->max_mail_size;
    return most != 0 && session.content->size > most;
}

std::string describe(const LineDefect& defect) {
    const auto* what = defect.kind == LineDefect::Kind::bare_cr   ? "; bare CR in line "
                       : defect.kind == LineDefect::Kind::bare_lf ? "; bare LF in line "
                                                                  : ": line ";
    return what + std::to_string(defect.line);
}

void refuse(SessionState& session, ReplyName why, std::string_view detail = "") {
    session.note("mail-refused", {{"id", session.mail_id()}, {"reason", std::string(reply(why).text)}});
    session.clear_transaction();
    session.reply(why, detail);
}

/// The true end has been read: only now may a mail be refused, or what follows would be taken for commands.
void content_complete(SessionState& session) {
    session.mode = Mode::command;
    const auto& content = *session.content;
    const auto defect = content.decoder.defect();
    if (too_big(session)) return refuse(session, ReplyName::mail_too_big);
    if (defect.kind == LineDefect::Kind::too_long) {
        return refuse(session, ReplyName::text_line_too_long, describe(defect));
    }
    if (defect.kind != LineDefect::Kind::none) return refuse(session, ReplyName::bare_line_end, describe(defect));
    if (content.header.received_fields() > most_received_fields) return refuse(session, ReplyName::mail_loop);

    CommitMail commit;
    commit.size = content.size;
    commit.received_field = trace_field(session);
    commit.envelope = session.envelope;
    session.ask(std::move(commit));
}

}  // namespace

void data(SessionState& session, std::string_view /*argument*/) {
    session.content = std::make_unique<IncomingContent>();
    session.content_receiver.begin();
    session.mode = Mode::data;
    session.reply(ReplyName::start_mail_input);
}

void take_content(SessionState& session, std::string_view& input) {
    auto& content = *session.content;
    const bool complete = content.decoder.take(input, [&](std::string_view run) {
        content.size += run.size();
        content.header.feed(run);
        if (!too_big(session)) session.content_receiver.append(run);
    });
    if (complete) content_complete(session);
}

void content_committed(SessionState& session, CommitOutcome outcome) {
    const auto id = session.mail_id();
    const auto size = session.content->size;
    const auto recipients = session.envelope.recipients.size();
    session.content.reset();  // handed over with the request: not to be discarded
    session.clear_transaction();
    session.mode = Mode::command;
    switch (outcome) {
        case CommitOutcome::stored:
            session.note("mail-accepted",
                         {{"id", id}, {"size", std::to_string(size)}, {"recipients", std::to_string(recipients)}});
            return session.reply(ReplyName::mail_stored, "as " + id);
        case CommitOutcome::no_space:
            session.note("mail-not-stored", {{"id", id}, {"reason", "no space"}});
            return session.reply(ReplyName::no_space);
        case CommitOutcome::failed:
            session.note("mail-not-stored", {{"id", id}, {"reason", "failed"}});
            return session.reply(ReplyName::not_stored);
    }
}

}  // namespace refserver::protocol
