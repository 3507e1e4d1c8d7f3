#pragma once

#include "runner/casting.h"
#include "runner/job_runner.h"
#include "runner/schedule.h"
#include "runner/server.h"
#include "runner/stage_set.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// Runs the jobs of one group against the group's server: starts it when the first job comes, starts it again when it
/// dies, stops it after the last. Workers call play() side by side.
class GroupRunner : public JobRunner {
public:
    GroupRunner(const Group&, StageSet&);

    std::optional<Result> play(const Job&) override;
    std::vector<LateResult> finish() override;

private:
    struct Death {
        std::string how;
        std::size_t running = 0;  ///< cases that were running
    };
    struct Suspect {
        Job job;
        Result result;  ///< if none of the suspects kills the server alone
    };
    /// A case that passed because something had not reached the next hop.
    struct Claim {
        Job job;
        std::map<std::string, std::size_t> mails;  ///< domain -> messages
        Result result;
    };

    void start_once();
    void launch();
    void forget_traces(const Job&);
    std::optional<Result> not_startable(const Job&) const;
    client::Stage stage_for(const Job&, const Cast&);
    /// What happened to the server since `generation`; starts it again when it is dead.
    std::optional<Death> death_since(std::size_t generation, bool connection_lost);
    std::vector<LateResult> results_of_suspects();
    std::vector<LateResult> broken_claims();
    client::NextHop& next_hop() { return own_next_hop_ ? *own_next_hop_ : set_.next_hop(); }
    Result fail_of(const Job&, client::Played, const Death&) const;

    const Group& group_;
    StageSet& set_;

    std::mutex mutex_;
    bool started_ = false;
    StartResult start_;
    std::unique_ptr<client::NextHop> own_next_hop_;
    PortLease ports_;
    std::unique_ptr<TakenPort> taken_port_;
    std::unique_ptr<Server> server_;
    std::size_t generation_ = 0;  ///< deaths so far
    Death last_death_;
    std::size_t running_ = 0;
    std::vector<Suspect> suspects_;
    std::vector<Claim> claims_;
};

}  // namespace smtpspec::runner
