#pragma once

#include "runner/result.h"
#include "runner/schedule.h"

#include <optional>
#include <vector>

namespace smtpspec::runner {

struct LateResult {
    std::size_t number = 0;  ///< of the job
    Result result;
};

/// Runs the jobs of one group. Workers call play() side by side, and the one whose job was the last calls finish().
class JobRunner {
public:
    virtual ~JobRunner() = default;

    /// Runs one job and gives its result. Nothing: it is not known yet, and comes out of finish().
    virtual std::optional<Result> play(const Job&) = 0;

    /// Stops what was started for the group. Before that: runs again, one at a time, what has no result yet, and looks
    /// once more at what could still change a result. Gives the results that are new or other than before.
    virtual std::vector<LateResult> finish() = 0;
};

}  // namespace smtpspec::runner
