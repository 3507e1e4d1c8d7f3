#include "net/event_loops.h"

#include <algorithm>

namespace refserver::net {

EventLoops::EventLoops(std::size_t count) {
    for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) loops_.push_back(std::make_unique<EventLoop>());
}

EventLoops::~EventLoops() {
    stop();
    for (auto& thread : threads_) thread.join();
}

void EventLoops::after_all_have_looked(std::function<void()> done) {
    struct Round {
        std::atomic<std::size_t> missing;
        std::function<void()> done;
    };
    auto round = std::shared_ptr<Round>(new Round{{loops_.size()}, std::move(done)});
    for (auto& loop : loops_) {
        // Events of the present turn may be older than this call. The second task comes after the events of a turn that
        // began later.
        loop->post([this, round, here = loop.get()] {
            here->post([this, round] {
                if (--round->missing == 0) first().post(std::move(round->done));
            });
        });
    }
}

void EventLoops::run() {
    for (std::size_t i = 1; i < loops_.size(); ++i) threads_.emplace_back([this, i] { loops_[i]->run(); });
    first().run();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void EventLoops::stop() {
    for (auto& loop : loops_) loop->stop();
}

}  // namespace refserver::net
