#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smtpspec::script {

/// What is wrong with `value` as the value of a key in TOML; nothing if it is one.
std::optional<std::string> problem_of_toml_value(std::string_view value);

}  // namespace smtpspec::script
