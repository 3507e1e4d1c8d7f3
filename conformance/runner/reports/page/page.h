#pragma once

#include "runner/requirements.h"
#include "runner/result.h"

#include <span>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// One HTML page with all in it and nothing from elsewhere, for one run or for several side by side. `names` are the
/// headings of the runs' columns. The cases are in it as gzip-compressed JSON, which its script unpacks (page.js tells
/// the members): 8000 cases with their dialogues stay below a megabyte or two. Throws std::runtime_error when the runs
/// are of different versions of the suite.
std::string page(std::span<const RunRecord>, const std::vector<std::string>& names, const Requirements&);

}  // namespace smtpspec::runner
