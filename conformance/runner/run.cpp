#include "runner/run.h"

#include "runner/foreman.h"
#include "runner/group_runner.h"
#include "runner/running_server_runner.h"
#include "runner/stage_set.h"
#include "runner/version.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

namespace smtpspec::runner {
namespace {

struct Outcome {
    std::map<std::size_t, Result> results;
    std::size_t not_run = 0;
};

void run_groups(const std::vector<Group>& groups, const Foreman::MakeRunner& make_runner, std::size_t workers,
                const StageSet& set, const OnResult& on_result, Outcome& outcome) {
    Foreman foreman(
        groups, make_runner, set.options().fail_fast, [&set] { return set.cancelled(); }, on_result);
    foreman.run(workers);
    outcome.results.merge(foreman.results);
    outcome.not_run += foreman.not_run();
}

/// Cases that want the server for themselves run after the others, one at a time.
void run_against_running_server(const std::vector<Job>& jobs, StageSet& set, const OnResult& on_result,
                                Outcome& outcome) {
    const auto server = std::make_shared<RunningServerRunner>(set);
    if (const std::string reason = server->unusable(); !reason.empty()) {
        for (const Job& job : jobs) {
            Result result = StageSet::blank(*job.selected);
            result.reason = reason;
            on_result(outcome.results[job.number] = std::move(result));
        }
        return;
    }
    struct Borrowed : JobRunner {
        explicit Borrowed(RunningServerRunner& runner) : server_runner(runner) {}
        std::optional<Result> play(const Job& job) override { return server_runner.play(job); }
        std::vector<LateResult> finish() override { return {}; }
        RunningServerRunner& server_runner;
    };
    const auto borrow = [&](const Group&) { return std::make_unique<Borrowed>(*server); };
    for (const bool alone : {false, true}) {
        std::vector<Group> groups(1);
        for (const Job& job : jobs) {
            if (job.selected->scenario.alone == alone) {
                groups.front().jobs.push_back(job);
            }
        }
        if (!groups.front().jobs.empty()) {
            run_groups(groups, borrow, alone ? 1 : set.options().jobs, set, on_result, outcome);
        }
    }
}

}  // namespace

RunRecord run(const Catalogue& catalogue, const std::vector<SelectedCase>& cases, const RunOptions& options,
              const OnResult& on_result) {
    const auto began = std::chrono::steady_clock::now();
    RunRecord record;
    record.suite_version = suite_version;
    record.started = Poco::DateTimeFormatter::format(Poco::Timestamp(), "%Y-%m-%dT%H:%M:%SZ");
    Outcome outcome;
    {
        StageSet set(catalogue, options);
        const std::vector<Job> jobs = plan(cases, options.shard, options.repeat);
        if (options.running) {
            record.target = options.running->incoming.address + ":" + std::to_string(options.running->incoming.port);
            run_against_running_server(jobs, set, on_result, outcome);
        } else {
            record.target = options.target.string();
            run_groups(
                group(jobs, catalogue, options.channel, options.seed),
                [&](const Group& one) { return std::make_unique<GroupRunner>(one, set); }, options.jobs, set, on_result,
                outcome);
        }
        record.server_was_ready = options.running || set.start_policy().any_ready();
        record.target_version = set.target_version();
        record.kept_folder = options.keep_work ? set.folder().string() : "";
    }
    for (auto& [number, result] : outcome.results) {
        record.results.push_back(std::move(result));
    }
    for (const SelectedCase& selected : cases) {
        if (selected.excluded) {
            Result result = StageSet::blank(selected);
            result.status = Status::skip;
            result.skip = SkipReason::excluded;
            record.results.push_back(std::move(result));
        }
    }
    record.not_run = outcome.not_run;
    record.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    return record;
}

}  // namespace smtpspec::runner
