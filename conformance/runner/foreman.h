#pragma once

#include "runner/job_runner.h"
#include "runner/run.h"
#include "runner/schedule.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace smtpspec::runner {

/// Hands jobs to workers. Each worker takes a group, does all that is left of it, and takes the next, so that there are
/// never more servers than workers; when no group is left, all help with those that are open.
class Foreman {
public:
    using MakeRunner = std::function<std::unique_ptr<JobRunner>(const Group&)>;

    /// `cancelled`: asked often; once it is true no job is begun, and results that come later are not counted.
    Foreman(const std::vector<Group>&, MakeRunner, bool fail_fast, std::function<bool()> cancelled, const OnResult&);

    /// Returns when every group is finished.
    void run(std::size_t workers);

    /// By number of the job.
    std::map<std::size_t, Result> results;
    std::size_t not_run() const { return not_run_; }

private:
    /// A group whose jobs are being handed out.
    struct OpenGroup {
        const Group* group = nullptr;
        std::unique_ptr<JobRunner> runner;
        std::size_t next = 0;      ///< job to hand out
        std::size_t finished = 0;  ///< jobs

        std::size_t left() const { return group->jobs.size() - next; }
    };

    void work();
    /// The group to take a job from, for a worker that had its last one from `own`.
    OpenGroup* pick(OpenGroup* own);
    void close_if_done(OpenGroup&, std::unique_lock<std::mutex>&);
    void record(std::size_t number, Result);
    bool stopping() const { return stop_ || cancelled_(); }
    bool more_groups() const { return !stopping() && next_group_ < groups_.size(); }

    const std::vector<Group>& groups_;
    MakeRunner make_runner_;
    bool fail_fast_;
    std::function<bool()> cancelled_;
    const OnResult& on_result_;

    std::mutex mutex_;
    std::condition_variable closed_one_;
    std::vector<std::unique_ptr<OpenGroup>> open_;
    std::size_t next_group_ = 0;
    std::size_t closed_ = 0;
    std::size_t not_run_ = 0;
    bool stop_ = false;
};

}  // namespace smtpspec::runner
