#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace refserver::net {

/// Threads for what blocks: syncing to disk, hashing passwords. They are started as jobs need them: a server with
/// little to do stays small and starts fast. Jobs must not throw.
class WorkerPool {
public:
    /// At most `most_threads` run jobs, and at most `most_waiting` jobs wait for one. Throws std::system_error when the
    /// system has no thread to give; when it has none for the second or a later one, those that there are do all.
    WorkerPool(std::size_t most_threads, std::size_t most_waiting);
    /// Finishes what is running and waiting.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False when too many are waiting; the job is then not taken.
    [[nodiscard]] bool submit(std::function<void()> job);

private:
    void start_thread();
    void work();

    const std::size_t most_threads_;
    const std::size_t most_waiting_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    std::size_t idle_ = 0;  ///< threads that wait for a job
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace refserver::net
