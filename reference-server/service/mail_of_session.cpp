#include "service/mail_of_session.h"

#include "protocol/path.h"

namespace refserver::service {

routing::AcceptedMail mail_of(const protocol::CommitMail& request, std::shared_ptr<routing::Content> content,
                              const std::string& connection_id) {
    const protocol::Envelope& from = request.envelope;
    routing::AcceptedMail mail;
    mail.received_field = request.received_field;
    mail.content = std::move(content);
    mail.connection_id = connection_id;

    routing::Envelope& to = mail.envelope;
    if (from.reverse_path.mailbox) to.reverse_path = from.reverse_path.mailbox->to_string();
    to.eight_bit = from.body == protocol::BodyType::eight_bit_mime;
    to.binary = from.body == protocol::BodyType::binary_mime;
    to.smtputf8 = from.smtputf8;
    to.require_tls = from.require_tls;
    to.priority = from.priority;
    if (from.deliver_by)
        to.deliver_by = {from.deliver_by->time, from.deliver_by->or_return, from.deliver_by->trace,
                         from.deliver_by->within <= std::chrono::seconds(0)};
    to.ret = from.ret;
    to.envelope_id = from.envelope_id;
    to.auth = from.auth;
    for (const auto& recipient : from.recipients) {
        to.recipients.push_back({.address = recipient.mailbox.to_string(),
                                 .hosted = recipient.hosted,
                                 .account = recipient.account,
                                 .notify = recipient.notify,
                                 .original_recipient = recipient.original_recipient});
    }
    return mail;
}

std::optional<protocol::Mailbox> mailbox_of(std::string_view address) {
    protocol::Scanner scanner(address);
    auto mailbox = protocol::grammar::mailbox(scanner);
    auto* value = std::get_if<protocol::Mailbox>(&mailbox);
    if (value == nullptr || !scanner.at_end()) return std::nullopt;
    return std::move(*value);
}

}  // namespace refserver::service
