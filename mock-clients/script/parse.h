#pragma once

#include "script/scenario.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// One mistake in a scenario file, or in what belongs to it.
struct Diagnostic {
    Position at;
    std::string message;     ///< what is wrong, and what is allowed
    std::string suggestion;  ///< "did you mean …"; may be empty
};

/// `file:line:column: error: message (suggestion)`
std::string to_string(const Diagnostic&);

struct ParseResult {
    std::vector<Case> cases;
    std::vector<Diagnostic> diagnostics;  ///< all mistakes of the file, by position
};

/// What the parser asks about the world outside of a file.
struct ParseContext {
    /// The part of the ids before the scenario's slug: "rfc5321/rset".
    std::string id_prefix;
    /// Reads `conformance/oracle/NAME.table`; nothing where there is none.
    std::function<std::optional<std::string>(std::string_view name)> oracle;
    /// Whether a requirement id or setting number exists; unset: every id does.
    std::function<bool(std::string_view id)> requirement_exists;
    /// All ids, for suggestions.
    std::function<std::vector<std::string>()> requirement_ids;
    std::function<bool(std::string_view name)> fixture_exists;
    /// Whether fixtures/messages has this file.
    std::function<bool(std::string_view name)> message_exists;
    /// Whether a setting of that dotted name exists; unset: every name does.
    std::function<bool(std::string_view name)> setting_exists;
};

/// Reads the text of one scenario file. Never throws for bad input: whatever is wrong is
/// a diagnostic, and the scenarios without mistakes are still returned.
ParseResult parse(std::string_view file_name, std::string_view text, const ParseContext&);

}  // namespace smtpspec::script
