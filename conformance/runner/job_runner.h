#pragma once

#include "runner/result.h"
#include "runner/schedule.h"

#include <optional>
#include <vector>

namespace smtpspec::runner {

/// Runs the jobs of one group. Workers call play() side by side, and the one whose job was the last calls finish().
class JobRunner {
public:
    virtual ~JobRunner() = default;

    /// Runs one job and gives its result. Nothing: it is not known yet, and comes out of finish().
    virtual std::optional<Result> play(const Job&) = 0;

    /// Stops what was started for the group, after running again, one at a time, what has no result yet.
    virtual std::vector<Result> finish() = 0;
};

}  // namespace smtpspec::runner
