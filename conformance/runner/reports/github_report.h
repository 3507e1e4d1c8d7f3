#pragma once

#include "runner/result.h"

#include <string>

namespace smtpspec::runner {

/// Workflow commands of GitHub Actions: an annotation for each finding at the line of its scenario.
std::string github_report(const RunRecord&);

}  // namespace smtpspec::runner
