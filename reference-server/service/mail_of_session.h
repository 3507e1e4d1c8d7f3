#pragma once

#include "protocol/session.h"
#include "routing/accepted_mail.h"

namespace refserver::service {

/// The mail that a session wants stored, as mailboxes and queue take it.
routing::AcceptedMail mail_of(const protocol::CommitMail&, std::shared_ptr<routing::Content>,
                              const std::string& connection_id);

}  // namespace refserver::service
