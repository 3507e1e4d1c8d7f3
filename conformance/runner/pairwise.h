#pragma once

#include "runner/selection.h"

#include <cstdint>
#include <vector>

namespace smtpspec::runner {

/// Few cases that hold every pair of parameter values that the given ones hold: of each scenario's cases whose ids lie
/// below `folder`, so many that each two values that occur together in one of them do so in one that is kept. Other
/// cases are all kept, and so are excluded ones. The order stays; which ones are kept depends on the cases and the seed
/// alone.
std::vector<SelectedCase> pairwise_sample(std::vector<SelectedCase>, const std::string& folder, std::uint64_t seed);

}  // namespace smtpspec::runner
