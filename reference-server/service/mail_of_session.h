#pragma once

#include "protocol/session.h"
#include "routing/accepted_mail.h"

#include <optional>
#include <string_view>

namespace refserver::service {

/// The mail that a session wants stored, as mailboxes and queue take it.
routing::AcceptedMail mail_of(const protocol::CommitMail&, std::shared_ptr<routing::Content>,
                              const std::string& connection_id);

/// The mailbox that `local-part@domain` names; nothing when it is no such thing.
std::optional<protocol::Mailbox> mailbox_of(std::string_view address);

}  // namespace refserver::service
