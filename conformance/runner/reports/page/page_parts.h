#pragma once

#include <string_view>

namespace smtpspec::runner {

extern const std::string_view page_style;   ///< page.css
extern const std::string_view page_script;  ///< page.js

}  // namespace smtpspec::runner
