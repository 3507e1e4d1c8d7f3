#pragma once

#include <string>
#include <string_view>

namespace smtpspec::client {

/// Octets as a person can read them in a sentence: what is not printable as an escape, cut after `most` octets.
std::string readable(std::string_view octets, std::size_t most = 200);

}  // namespace smtpspec::client
