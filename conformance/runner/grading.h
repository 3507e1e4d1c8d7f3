#pragma once

#include "client/execute.h"
#include "runner/result.h"

#include <string>

namespace smtpspec::runner {

struct GradingRules {
    bool reference = false;  ///< the bundled reference server: decisions of SETTINGS.md bind it
    bool strict = false;
};

struct Grade {
    Status status = Status::error;
    SkipReason skip = SkipReason::none;
    std::string reason;
};

/// What an observation means for a clause of this level. Depends on nothing else.
Grade grade(const client::Played&, const std::string& level, const GradingRules&);

/// Whether a reply of the server in this transcript offers the extension.
bool offers(const std::vector<client::TranscriptEntry>&, const std::string& keyword);

/// The status of the whole run's process: 0, 1, 3 or 77 (TARGET-CONTRACT.md).
int exit_status(const RunRecord&);

}  // namespace smtpspec::runner
