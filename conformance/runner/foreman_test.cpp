#include "runner/foreman.h"

#include <atomic>

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::SizeIs;

/// Says pass to everything but the numbers that it was told of.
struct Plan {
    std::set<std::size_t> failing;
    std::set<std::size_t> postponed;
    std::atomic<bool> cancelled{false};
    std::size_t amended = 0;  ///< has a result at once, and another one later
    std::size_t cancel_at = 0;
    std::atomic<int> finished{0};
    std::atomic<int> open{0};
    std::atomic<int> most_open{0};
};

class FakeRunner : public JobRunner {
public:
    explicit FakeRunner(Plan& plan) : plan_(plan) {
        // Made one at a time, under the lock of the foreman.
        plan_.most_open = std::max(plan_.most_open.load(), ++plan_.open);
    }
    std::optional<Result> play(const Job& job) override {
        if (plan_.postponed.contains(job.number)) {
            Result late;
            late.status = Status::warn;
            const std::lock_guard lock(mutex_);
            late_.push_back({job.number, late});
            return job.number == plan_.amended ? std::optional(late) : std::nullopt;
        }
        if (job.number == plan_.cancel_at) {
            plan_.cancelled = true;
        }
        Result result;
        result.status = plan_.failing.contains(job.number) ? Status::fail : Status::pass;
        return result;
    }
    std::vector<LateResult> finish() override {
        ++plan_.finished;
        --plan_.open;
        return late_;
    }

private:
    Plan& plan_;
    std::mutex mutex_;
    std::vector<LateResult> late_;
};

/// Groups of these sizes, jobs numbered through.
std::vector<Group> groups_of(const std::vector<std::size_t>& sizes) {
    std::vector<Group> groups(sizes.size());
    std::size_t number = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        while (groups[i].jobs.size() < sizes[i]) {
            groups[i].jobs.push_back({nullptr, ++number});
        }
    }
    return groups;
}

class ForemanTest : public testing::Test {
protected:
    Foreman& run(const std::vector<std::size_t>& sizes, std::size_t workers, bool fail_fast = false) {
        groups = groups_of(sizes);
        foreman = std::make_unique<Foreman>(
            groups, [this](const Group&) { return std::make_unique<FakeRunner>(plan); }, fail_fast,
            [this] { return plan.cancelled.load(); }, on_result);
        foreman->run(workers);
        return *foreman;
    }

    Plan plan;
    int heard = 0;
    OnResult on_result = [this](const Result&) { ++heard; };
    std::vector<Group> groups;
    std::unique_ptr<Foreman> foreman;
};

TEST_F(ForemanTest, EveryJobHasAResultAndEveryGroupIsFinishedOnce) {
    for (const std::size_t workers : {1, 2, 8}) {
        plan.finished = 0;
        heard = 0;
        const Foreman& done = run({1, 5, 100, 1, 3}, workers);
        EXPECT_THAT(done.results, SizeIs(110));
        EXPECT_EQ(done.not_run(), 0u);
        EXPECT_EQ(plan.finished, 5);
        EXPECT_EQ(heard, 110);
    }
}

TEST_F(ForemanTest, NeverMoreGroupsAreOpenThanThereAreWorkers) {
    run(std::vector<std::size_t>(50, 3), 4);
    EXPECT_LE(plan.most_open, 4);
    EXPECT_EQ(plan.finished, 50);
}

TEST_F(ForemanTest, NothingToDoIsDone) {
    EXPECT_THAT(run({}, 4).results, SizeIs(0));
}

TEST_F(ForemanTest, PostponedResultsComeWithTheEndOfTheGroup) {
    plan.postponed = {2, 3};
    const Foreman& done = run({4, 2}, 3);
    EXPECT_THAT(done.results, SizeIs(6));
    EXPECT_EQ(done.results.at(2).status, Status::warn);
    EXPECT_EQ(done.results.at(3).status, Status::warn);
    EXPECT_EQ(done.results.at(4).status, Status::pass);
}

TEST_F(ForemanTest, ALateResultReplacesAnEarlyOneAndIsHeardOnce) {
    plan.postponed = {2};
    plan.amended = 2;
    const Foreman& done = run({4}, 2);
    EXPECT_THAT(done.results, SizeIs(4));
    EXPECT_EQ(done.results.at(2).status, Status::warn);
    EXPECT_EQ(heard, 4);
    EXPECT_EQ(done.not_run(), 0u);
}

TEST_F(ForemanTest, FailFastBeginsNothingAfterAFailure) {
    plan.failing = {3};
    const Foreman& done = run({10, 10}, 1, true);
    EXPECT_EQ(done.results.size(), 3u);
    EXPECT_EQ(done.results.size() + done.not_run(), 20u);
    EXPECT_EQ(done.results.at(3).status, Status::fail);
    EXPECT_EQ(plan.finished, 1) << "the server is stopped all the same";
}

TEST_F(ForemanTest, AnInterruptionStopsServersAndCountsWhatWasNotRun) {
    plan.cancel_at = 4;
    const Foreman& done = run({50, 50}, 2);
    EXPECT_GT(done.not_run(), 0u);
    EXPECT_EQ(done.results.size() + done.not_run(), 100u);
    EXPECT_FALSE(done.results.contains(4)) << "it was cut short";
}

}  // namespace
}  // namespace smtpspec::runner
