#pragma once

#include "access/access.h"
#include "settings/settings.h"

namespace refserver::settings {

/// The access rules of settings that have been checked by `read_file` or `read_text`.
access::Rules access_rules(const Settings&);

}  // namespace refserver::settings
