#pragma once

#include "runner/casting.h"
#include "runner/job_runner.h"
#include "runner/stage_set.h"

#include <condition_variable>
#include <mutex>
#include <set>

namespace smtpspec::runner {

/// Runs jobs against a server that was there before (`--address`): it is taken as it is, so cases that need other
/// settings, or accounts that nobody told us of, are skipped.
class RunningServerRunner : public JobRunner {
public:
    explicit RunningServerRunner(StageSet&);

    std::optional<Result> play(const Job&) override;
    std::vector<LateResult> finish() override { return {}; }

    /// Why the server cannot be judged at all; empty when it greets.
    std::string unusable() const;

private:
    /// Accounts that no other running case has, as long as this object lives; shared when the server has no mailboxes
    /// that we could see.
    class Lease;

    std::string not_applicable(const script::Case&) const;
    client::Stage stage_for(const Job&, const Cast&) const;

    StageSet& set_;
    const RunningServer& server_;
    std::string greeting_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::set<std::size_t> leased_;
};

}  // namespace smtpspec::runner
