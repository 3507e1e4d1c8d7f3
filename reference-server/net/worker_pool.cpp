#include "net/worker_pool.h"

#include <system_error>

namespace refserver::net {

WorkerPool::WorkerPool(std::size_t most_threads, std::size_t most_waiting)
    : most_threads_(most_threads), most_waiting_(most_waiting) {
    start_thread();
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void WorkerPool::start_thread() {
    threads_.emplace_back([this] { work(); });
}

bool WorkerPool::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= most_waiting_) return false;
        waiting_.push_back(std::move(job));
        if (waiting_.size() > idle_ && threads_.size() < most_threads_) {
            try {
                start_thread();
            } catch (const std::system_error&) {
                // Later, then: the job waits for a thread that there is.
            }
        }
    }
    changed_.notify_one();
    return true;
}

void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        --idle_;
        if (waiting_.empty()) return;
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        job();
        job = nullptr;  // what it holds may take time to go, too
        lock.lock();
    }
}

}  // namespace refserver::net
