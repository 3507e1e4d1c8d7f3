#include "protocol/extensions.h"
#include "protocol/path.h"
#include "protocol/verbs.h"

namespace refserver::protocol {
namespace {

bool ends_path(const Scanner& in) {
    return in.at_end() || in.peek() == ' ';
}

std::string written(const ReversePath& path) {
    return path.mailbox ? path.mailbox->to_string() : "";
}

}  // namespace

void mail(SessionState& session, std::string_view argument) {
    Scanner in(argument);
    // No space stands around the colon (RFC 5321 §3.3), and none is taken: what is lenient here would have to guess.
    if (!in.take("FROM:")) return session.reply(ReplyName::bad_sender);
    auto path = grammar::reverse_path(in);
    if (const auto* error = std::get_if<grammar::PathError>(&path)) {
        return session.reply(*error == grammar::PathError::syntax ? ReplyName::bad_sender
                                                                  : ReplyName::sender_path_too_long);
    }
    if (!ends_path(in)) return session.reply(ReplyName::bad_sender);

    Envelope envelope;
    envelope.reverse_path = std::get<ReversePath>(std::move(path));
    if (const auto wrong = apply_mail_parameters(session, in.rest(), envelope)) return session.reply(*wrong);
    const auto& sender = envelope.reverse_path;
    if (sender.mailbox && grammar::has_non_ascii(*sender.mailbox) && !envelope.smtputf8) {
        return session.reply(ReplyName::sender_needs_ascii);
    }
    if (const auto refusal = session.policy.mail(sender, session.login)) {
        session.note("mail-refused", {{"from", written(sender)}, {"rule", refusal->rule}});
        return session.reply(*refusal);
    }
    session.envelope = std::move(envelope);
    session.phase = Phase::sender;
    ++session.mails;
    const auto [asked, priority] = std::pair(session.envelope.asked_priority, session.envelope.priority);
    if (asked) {
        session.note(
            "priority",
            {{"id", session.mail_id()}, {"asked", std::to_string(*asked)}, {"decided", std::to_string(priority)}});
    }
    session.reply(asked.value_or(0) > priority ? ReplyName::priority_lowered : ReplyName::sender_ok);
}

void rcpt(SessionState& session, std::string_view argument) {
    Scanner in(argument);
    if (!in.take("TO:")) return session.reply(ReplyName::bad_recipient);
    auto path = grammar::forward_path(in);
    if (const auto* error = std::get_if<grammar::PathError>(&path)) {
        return session.reply(*error == grammar::PathError::syntax ? ReplyName::bad_recipient
                                                                  : ReplyName::recipient_path_too_long);
    }
    if (!ends_path(in)) return session.reply(ReplyName::bad_recipient);

    EnvelopeRecipient recipient;
    recipient.mailbox = std::get<Mailbox>(std::move(path));
    if (const auto wrong = apply_rcpt_parameters(session, in.rest(), recipient)) return session.reply(*wrong);
    if (grammar::has_non_ascii(recipient.mailbox) && !session.envelope.smtputf8) {
        return session.reply(ReplyName::recipient_needs_ascii);
    }
    // X6: before the policy is asked, so that the first one over the limit gets this code whoever it is.
    if (session.envelope.recipients.size() >= session.facts->max_recipients) {
        session.note("recipient-refused", {{"to", recipient.mailbox.to_string()}, {"rule", "D14"}});
        return session.reply(ReplyName::too_many_recipients);
    }
    auto verdict = session.policy.recipient(recipient.mailbox, session.login);
    if (const auto* refusal = std::get_if<Refusal>(&verdict)) {
        session.note("recipient-refused", {{"to", recipient.mailbox.to_string()}, {"rule", refusal->rule}});
        return session.reply(*refusal);
    }
    auto& accepted = std::get<AcceptRecipient>(verdict);
    recipient.hosted = accepted.kind == RecipientKind::hosted;
    recipient.account = std::move(accepted.account);
    session.envelope.recipients.push_back(std::move(recipient));
    session.phase = Phase::recipients;
    session.reply(ReplyName::recipient_ok);
}

void rset(SessionState& session, std::string_view /*argument*/) {
    session.clear_transaction();
    session.reply(ReplyName::reset);
}

}  // namespace refserver::protocol
