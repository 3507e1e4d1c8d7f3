#include "protocol/session_content.h"

#include "protocol/received_field.h"
#include "protocol/verbs.h"

#include <algorithm>

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
        .priority = session.envelope.asked_priority,
    };
    return received_field(trace, session.now, local_zone(session.now));
}

/// From a client that may send mail elsewhere, and so the first server on its way.
bool is_submission(const SessionState& session) {
    const auto& recipients = session.envelope.recipients;
    return !session.login.empty() || std::any_of(recipients.begin(), recipients.end(),
                                                 [](const EnvelopeRecipient& recipient) { return !recipient.hosted; });
}

/// RFC 6409 §8.2, §8.3: what a submitted mail has to have. A relay adds nothing (RFC 5321 §6.4).
std::string missing_fields(const SessionState& session) {
    std::string fields;
    if (!is_submission(session)) return fields;
    const HeaderScanner& header = session.content->header;
    if (!header.has_date()) fields += "Date: " + date_time(session.now, local_zone(session.now)) + "\r\n";
    if (!header.has_message_id()) {
        fields += "Message-ID: <" + session.mail_id() + '@' + session.facts->primary_domain + ">\r\n";
    }
    return fields;
}

std::string describe(const LineDefect& defect) {
    const auto* what = defect.kind == LineDefect::Kind::bare_cr   ? "; bare CR in line "
                       : defect.kind == LineDefect::Kind::bare_lf ? "; bare LF in line "
                                                                  : ": line ";
    return what + std::to_string(defect.line);
}

}  // namespace

void begin_content(SessionState& session) {
    session.content = std::make_unique<IncomingContent>();
    if (is_submission(session)) session.content->addresses.emplace(session.facts->primary_domain);
    session.content_receiver.begin();
}

bool would_be_too_big(const SessionState& session, std::uint64_t more) {
    const auto most = session.facts->max_mail_size;
    const auto size = session.content->size;
    return most != 0 && (size > most || more > most - size);
}

void append_content(SessionState& session, std::string_view decoded) {
    auto& content = *session.content;
    content.size += decoded.size();
    content.lines.feed(decoded);
    content.header.feed(decoded);
    if (content.addresses) content.addresses->feed(decoded);
    if (!would_be_too_big(session, 0)) session.content_receiver.append(decoded);
}

void refuse_content(SessionState& session, ReplyName why, std::string_view detail) {
    session.note("mail-refused", {{"id", session.mail_id()}, {"reason", std::string(reply(why).text)}});
    session.reply(why, detail);  // before the transaction goes, which may hold the detail
    session.clear_transaction();
}

/// Only now may a mail be refused: what follows an earlier refusal would be taken for commands.
void content_complete(SessionState& session) {
    session.mode = Mode::command;
    auto& content = *session.content;
    content.lines.finish();
    const auto defect = content.lines.defect();
    const bool lines_matter = session.envelope.body != BodyType::binary_mime;
    if (would_be_too_big(session, 0)) return refuse_content(session, ReplyName::mail_too_big);
    if (lines_matter && defect.kind != LineDefect::Kind::none) {
        const bool too_long = defect.kind == LineDefect::Kind::too_long;
        return refuse_content(session, too_long ? ReplyName::text_line_too_long : ReplyName::bare_line_end,
                              describe(defect));
    }
    if (content.header.received_fields() > most_received_fields) return refuse_content(session, ReplyName::mail_loop);
    if (content.addresses && content.addresses->defect()) {
        const auto& wrong = *content.addresses->defect();
        const bool syntax = wrong.kind == AddressDefect::Kind::syntax;
        return refuse_content(session, syntax ? ReplyName::bad_address_field : ReplyName::incomplete_address_field,
                              wrong.field);
    }

    session.ask(
        CommitMail{session.envelope, trace_field(session) + missing_fields(session), content.size, session.mail_id()},
        Mode::committing);
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
