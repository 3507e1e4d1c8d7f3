#pragma once

#include <optional>
#include <string>
#include <string_view>

/// RFC 4648 §4, as strict as RFC 4954 §4 wants it: nothing outside the alphabet is skipped, padding only at the end and
/// complete, unused bits are zero.
namespace refserver::protocol {

std::optional<std::string> base64_decode(std::string_view);
std::string base64_encode(std::string_view);

}  // namespace refserver::protocol
