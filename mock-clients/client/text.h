#pragma once

#include <string>
#include <string_view>

namespace smtpspec::client {

/// Octets as a person can read them in a sentence: what is not printable as an escape, cut after `most` octets.
std::string readable(std::string_view octets, std::size_t most = 200);

/// Every `what`, from left to right, replaced by `by`.
std::string replaced(std::string_view text, std::string_view what, std::string_view by);

}  // namespace smtpspec::client
