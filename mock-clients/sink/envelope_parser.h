#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace smtpspec::sink {

/// What stands after `MAIL FROM:` or `RCPT TO:`.
struct PathAndParameters {
    std::string path;                               ///< without angle brackets, otherwise as it came
    std::map<std::string, std::string> parameters;  ///< upper-case keyword -> value, empty if it has none
};

/// RFC 5321 §4.1.2: a path in angle brackets, then parameters, each after one blank. Nothing if it is not so.
std::optional<PathAndParameters> parse_path_and_parameters(std::string_view text);

/// Whether the path can be a mailbox, perhaps after a source route. With `utf8`, RFC 6531 addresses count too.
bool is_mailbox(std::string_view path, bool utf8);

}  // namespace smtpspec::sink
