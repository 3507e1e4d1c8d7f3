#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Small helpers on text that several parts of the runner share.
namespace smtpspec::runner {

/// Shell-like pattern: `*` matches any run of characters (`/` too), `?` one, everything else itself.
bool glob_matches(std::string_view pattern, std::string_view text);

/// " (did you mean X?)" when a candidate is near, otherwise nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trimmed(std::string_view text);

/// Printable in any terminal and in one line: controls, escapes and octets beyond ASCII become \r, \n, \t or
/// \xHH, so that what a server says cannot move the cursor or pose as a report.
std::string visible(std::string_view octets);

/// The same for text of our own: valid UTF-8 stays, and so do line ends.
std::string neutralised(std::string_view text);

/// Valid UTF-8 for whatever octets come: each invalid one becomes U+FFFD.
std::string valid_utf8(std::string_view text);

/// The length of the valid UTF-8 sequence at the start of `text`; 0 where there is none.
std::size_t utf8_sequence(std::string_view text);

/// Throws std::runtime_error naming the file and the cause.
std::string read_file(const std::filesystem::path&);
/// Replaces the file as a whole (a new file, renamed). Throws std::runtime_error naming the file and the cause.
void write_file(const std::filesystem::path&, std::string_view content);

}  // namespace smtpspec::runner
