#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace refserver::settings {

/// The candidate that was probably meant: the one with the fewest changed, missing or additional characters, if they
/// are few. Case, and `-` for `_`, do not count.
std::optional<std::string_view> nearest(std::string_view given, std::span<const std::string_view> candidates);

}  // namespace refserver::settings
