#pragma once

#include <string>
#include <string_view>

namespace smtpspec::client {

/// RFC 4648 §4.
std::string base64(std::string_view octets);

}  // namespace smtpspec::client
