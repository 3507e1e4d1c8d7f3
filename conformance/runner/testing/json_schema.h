#pragma once

#include <string>
#include <vector>

namespace smtpspec::runner {

/// What of a JSON document does not fit a JSON Schema, as far as docs/results.schema.json needs it: type, required,
/// properties, additionalProperties, items, minItems, enum, pattern, minimum and references to $defs. Another keyword
/// that decides anything is reported, too, so that the schema cannot say more than is checked.
std::vector<std::string> schema_violations(const std::string& schema, const std::string& document);

}  // namespace smtpspec::runner
