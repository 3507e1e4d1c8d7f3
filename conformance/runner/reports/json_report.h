#pragma once

#include "runner/result.h"

#include <string>
#include <string_view>

namespace smtpspec::runner {

/// The `--json` file (docs/results.schema.json): ASCII only, one result a line.
std::string json_report(const RunRecord&);

/// Reads such a file. Throws std::runtime_error with the file's name and what is wrong.
RunRecord read_json_report(std::string_view json, const std::string& file_name);

/// Text of ours as a JSON string; what is not UTF-8 in it becomes U+FFFD.
std::string json_text(std::string_view);

/// Octets as a JSON string: each octet is the character with its number, so nothing is lost. U+00FF is 0xFF.
std::string json_octets(std::string_view);

/// The other way.
std::string octets_from_json(const std::string& utf8);

}  // namespace smtpspec::runner
