#pragma once

#include "runner/setting_value.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace smtpspec::runner {

/// Says file, line and column, and what is wrong there.
struct TomlError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reads a settings file; tables become dotted names. Throws TomlError for bad syntax and for values that no
/// setting can have (dates, fractions, lists of anything but text).
SettingMap read_toml(std::string_view text, const std::string& file_name);

/// Reads one value as it stands after `set NAME =`.
SettingValue read_toml_value(std::string_view text);

}  // namespace smtpspec::runner
