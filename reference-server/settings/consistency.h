#pragma once

#include "settings/settings.h"

#include <string>
#include <string_view>
#include <vector>

/// What single settings cannot tell: contradictions, and what an administrator should know.
namespace refserver::settings {

struct Conflict {
    std::string_view name;     ///< the setting to change
    std::string_view because;  ///< the setting that makes its value wrong
    std::string message;
};

/// Settings that make each other impossible. Such a file is refused.
std::vector<Conflict> conflicts(const Settings&);

/// Settings that are allowed but surely deserve a second look; one sentence each, with the name of a setting in front.
std::vector<std::string> warnings(const Settings&);

}  // namespace refserver::settings
