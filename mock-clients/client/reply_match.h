#pragma once

#include "client/reply.h"
#include "script/scenario.h"

#include <functional>
#include <optional>
#include <string>

namespace smtpspec::client {

/// Whether what was heard is what a script expects: pure functions.

/// The regular expression of a pattern, names replaced.
using PatternText = std::function<std::string(const script::Pattern&)>;

/// Why the reply does not fit the pattern; nothing: it fits. A malformed reply fits no pattern.
/// Throws BadExpression, and what `PatternText` throws.
std::optional<std::string> difference(const script::ReplyPattern&, const Reply&, const PatternText&);

/// Why none of the alternatives holds: "expected 503; got 250 2.1.0 OK". Nothing: one of them holds.
std::optional<std::string> mismatch(const script::Expect&, const Heard&, const PatternText&);

/// "250 2.1.0 OK", "the connection closed", "nothing".
std::string description(const Heard&);

/// The alternatives in the language of scenarios: "5xx 5.7.* or closed".
std::string description(const script::Expect&);

/// Whether `250` fits "250", "25x", "2xx", "any".
bool code_fits(const std::string& pattern, const std::string& code);

/// The rest of the line of that keyword in an EHLO reply; nothing where there is no such line.
std::optional<std::string> offered_parameters(const Reply&, const std::string& keyword);

}  // namespace smtpspec::client
