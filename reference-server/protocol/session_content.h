#pragma once

#include "protocol/session_state.h"

/// What DATA and BDAT share.
namespace refserver::protocol {

void begin_content(SessionState&);
void append_content(SessionState&, std::string_view decoded);
/// The true end has been read: the mail is refused, or its commit asked for.
void content_complete(SessionState&);
/// Ends the transaction with a refusal.
void refuse_content(SessionState&, ReplyName why, std::string_view detail = "");
/// `more`: octets that are still to come.
bool would_be_too_big(const SessionState&, std::uint64_t more);

}  // namespace refserver::protocol
