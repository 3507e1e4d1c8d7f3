#pragma once

#include "runner/catalogue.h"
#include "runner/result.h"
#include "runner/run_options.h"
#include "runner/selection.h"

#include <functional>
#include <vector>

namespace smtpspec::runner {

/// Called for each result as it comes, never by two threads at once.
using OnResult = std::function<void(const Result&)>;

/// Runs the selected cases. Starts and stops whatever it needs; leaves no process and, unless told to, no file behind.
/// Throws std::runtime_error when it cannot even begin (no free port, no place for the work directory).
RunRecord run(const Catalogue&, const std::vector<SelectedCase>&, const RunOptions&, const OnResult&);

}  // namespace smtpspec::runner
