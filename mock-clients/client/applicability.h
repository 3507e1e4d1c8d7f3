#pragma once

#include "client/case_ends.h"
#include "client/execute.h"
#include "client/transcript.h"

#include <optional>

namespace smtpspec::client {

/// Why the case cannot be judged on this stage at all: it looks where nothing can be seen. Sends nothing.
std::optional<CaseEnds> not_observable(const script::Case&, const Stage&);

/// Why the case does not apply to this server: an extension it needs is offered to none of its clients, or one it must
/// not have is offered. Asks with connections of its own.
std::optional<CaseEnds> not_offered(const script::Case&, const Stage&, Transcript&);

}  // namespace smtpspec::client
