#include "runner/foreman.h"

#include <algorithm>
#include <thread>

namespace smtpspec::runner {

Foreman::Foreman(const std::vector<Group>& groups, MakeRunner make_runner, bool fail_fast,
                 std::function<bool()> cancelled, const OnResult& on_result)
    : groups_(groups),
      make_runner_(std::move(make_runner)),
      fail_fast_(fail_fast),
      cancelled_(std::move(cancelled)),
      on_result_(on_result) {
    for (const Group& one : groups_) {
        not_run_ += one.jobs.size();
    }
}

void Foreman::run(std::size_t workers) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::max<std::size_t>(workers, 1); ++i) {
        threads.emplace_back([this] { work(); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

void Foreman::work() {
    std::unique_lock lock(mutex_);
    OpenGroup* open = nullptr;
    while ((open = pick(open))) {
        const Job& job = open->group->jobs[open->next++];
        if (!open->runner) {
            open->runner = make_runner_(*open->group);
        }
        JobRunner& runner = *open->runner;
        lock.unlock();
        std::optional<Result> result = runner.play(job);
        lock.lock();
        if (result) {
            record(job.number, std::move(*result));
        }
        ++open->finished;
        close_if_done(*open, lock);
    }
    for (std::size_t i = 0; i < open_.size(); ++i) {
        close_if_done(*open_[i], lock);
    }
    // A server ends with the thread that started it: nobody leaves before all groups are closed.
    closed_one_.wait(lock, [this] { return open_.size() == closed_ && !more_groups(); });
}

Foreman::OpenGroup* Foreman::pick(OpenGroup* own) {
    if (stopping()) {
        return nullptr;
    }
    if (own && own->left() > 0) {
        return own;
    }
    if (next_group_ < groups_.size()) {
        open_.push_back(std::make_unique<OpenGroup>());
        open_.back()->group = &groups_[next_group_++];
        return open_.back().get();
    }
    const auto most = std::max_element(open_.begin(), open_.end(),
                                       [](const auto& a, const auto& b) { return a->left() < b->left(); });
    return most != open_.end() && (*most)->left() > 0 ? most->get() : nullptr;
}

void Foreman::close_if_done(OpenGroup& open, std::unique_lock<std::mutex>& lock) {
    const std::size_t handed_out = stopping() ? open.next : open.group->jobs.size();
    if (open.finished < handed_out || !open.runner) {
        return;
    }
    const std::unique_ptr<JobRunner> runner = std::move(open.runner);
    lock.unlock();
    std::vector<LateResult> late = runner->finish();
    lock.lock();
    for (LateResult& one : late) {
        record(one.number, std::move(one.result));
    }
    ++closed_;
    closed_one_.notify_all();
}

void Foreman::record(std::size_t number, Result result) {
    if (cancelled_()) {
        return;  // It was cut short: what it says is not about the server.
    }
    const bool is_new = !results.contains(number);
    not_run_ -= is_new ? 1 : 0;
    stop_ = stop_ || (fail_fast_ && result.status == Status::fail);
    results[number] = std::move(result);
    if (is_new) {
        on_result_(results[number]);
    }
}

}  // namespace smtpspec::runner
