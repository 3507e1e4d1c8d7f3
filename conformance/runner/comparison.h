#pragma once

#include "runner/result.h"

#include <string>
#include <vector>

namespace smtpspec::runner {

/// Several servers side by side: a column for each run, a row for each case; rows in which the servers differ first.
/// Throws std::runtime_error when the runs are of different versions of the suite: their cases are not the same.
std::string comparison(const std::vector<RunRecord>&, const std::vector<std::string>& names);

}  // namespace smtpspec::runner
