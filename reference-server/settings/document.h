#pragma once

#include "settings/settings.h"
#include "settings/table.h"

#include <string>

/// The table in words.
namespace refserver::settings {

/// A settings file with every setting, each under its documentation, with these values. Mandatory settings that are
/// empty get their example.
std::string commented_file(const Settings&);

/// docs/settings.md.
std::string markdown();

/// One setting for the terminal: documentation, allowed values, default, rules.
std::string explanation(const Setting&);

}  // namespace refserver::settings
