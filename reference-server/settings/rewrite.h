#pragma once

#include "settings/table.h"

#include <string>
#include <string_view>
#include <vector>

namespace refserver::settings {

struct Change {
    const Setting* setting;
    Value value;
};

/// The text of a settings file with other values in it; comments, order and everything else stay as they are. A setting
/// that is not there yet is put into its table. Throws std::runtime_error when the text is no TOML, or leaves no place
/// for a setting.
std::string with_changes(std::string text, const std::vector<Change>& changes);

}  // namespace refserver::settings
