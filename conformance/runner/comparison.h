#pragma once

#include "runner/result.h"

#include <span>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// A case, and what came of it in each of several runs; of a case that was repeated the worst.
struct ComparedCase {
    std::vector<const Result*> results;  ///< one for each run; nullptr where the run has no such case

    const Result& any() const;
    /// The servers differ: another status, or no such case.
    bool divergent() const;
};

/// Several runs side by side, in the order of the first run, then what only later ones have. Throws std::runtime_error
/// when the runs are of different versions of the suite: their cases are not the same. The results must outlive this.
std::vector<ComparedCase> side_by_side(std::span<const RunRecord>);

/// The same as text: a column for each run, a row for each case; rows in which the servers differ first.
std::string comparison(std::span<const RunRecord>, const std::vector<std::string>& names);

}  // namespace smtpspec::runner
