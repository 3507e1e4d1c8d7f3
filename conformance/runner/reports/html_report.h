#pragma once

#include "runner/requirements.h"
#include "runner/result.h"

#include <string>

namespace smtpspec::runner {

/// The `--html` file: one page with all in it, no script and nothing from elsewhere. Findings first, each with its
/// requirements and its dialogue.
std::string html_report(const RunRecord&, const Requirements&);

}  // namespace smtpspec::runner
