#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace refserver::net {

/// Threads for what blocks: syncing to disk, hashing passwords. Jobs must not throw.
class WorkerPool {
public:
    /// At most `most_waiting` jobs wait for a thread.
    WorkerPool(std::size_t threads, std::size_t most_waiting);
    /// Finishes what is running and waiting.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False when too many are waiting; the job is then not taken.
    [[nodiscard]] bool submit(std::function<void()> job);

private:
    void work();

    const std::size_t most_waiting_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace refserver::net
