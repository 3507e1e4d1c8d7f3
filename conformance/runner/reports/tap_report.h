#pragma once

#include "runner/result.h"

#include <string>

namespace smtpspec::runner {

/// TAP version 14: a test point for each case, with a YAML block for those that did not pass.
std::string tap_report(const RunRecord&);

}  // namespace smtpspec::runner
