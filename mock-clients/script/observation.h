#pragma once

#include "script/scanner.h"

namespace smtpspec::script {

/// `mailbox …`, after that word.
Act read_mailbox_check(Scanner&);

/// `sink …`, after that word; sets `needs_alone` for what all cases would notice.
Act read_sink(Scanner&, bool& needs_alone);

/// `dns …`, after that word.
Act read_dns(Scanner&);

}  // namespace smtpspec::script
