#include "outgoing-mail/schedule.h"

#include <algorithm>
#include <tuple>

namespace refserver::outgoing_mail {

std::chrono::milliseconds Schedule::Destination::patience() const {
    return connections == 0 ? std::chrono::milliseconds{0} : connection_patience;
}

const std::pair<const int, Schedule::Queue>* Schedule::Destination::due(Time by) const {
    for (const auto& level : waiting) {
        if (level.second.begin()->first <= by) return &level;
    }
    return nullptr;
}

std::optional<Time> Schedule::Destination::ready() const {
    std::optional<Time> first;
    for (const auto& [priority, queue] : waiting) {
        const Time ready = queue.begin()->first + patience();
        if (!first || ready < *first) first = ready;
    }
    return first;
}

void Schedule::Destination::erase(int priority, const std::pair<Time, std::string>& job) {
    const auto level = waiting.find(priority);
    level->second.erase(job);
    if (level->second.empty()) waiting.erase(level);
}

void Schedule::add(const Job& job, Time due, int priority) {
    auto [position, added] = jobs_of_[job.mail].try_emplace(job.destination, Waiting{due, priority});
    auto& destination = destinations_[job.destination];
    if (!added) {
        auto& waits = position->second;
        if (waits.due <= due) return;
        destination.erase(waits.priority, {waits.due, job.mail});
        waits = {due, priority};
    }
    destination.waiting[priority].emplace(due, job.mail);
}

void Schedule::remove(const std::string& mail) {
    const auto jobs = jobs_of_.extract(mail);
    if (jobs.empty()) return;
    for (const auto& [name, waits] : jobs.mapped()) {
        const auto destination = destinations_.find(name);
        destination->second.erase(waits.priority, {waits.due, mail});
        tidy(destination);
    }
}

void Schedule::clear() {
    jobs_of_.clear();
    for (auto d = destinations_.begin(); d != destinations_.end();) {
        const auto next = std::next(d);
        d->second.waiting.clear();
        tidy(d);
        d = next;
    }
}

Job Schedule::take_first(Destinations::iterator d, int priority) {
    const auto first = *d->second.waiting.at(priority).begin();
    d->second.erase(priority, first);
    Job job{first.second, d->first};
    const auto jobs = jobs_of_.find(job.mail);
    jobs->second.erase(job.destination);
    if (jobs->second.empty()) jobs_of_.erase(jobs);
    return job;
}

void Schedule::tidy(Destinations::iterator d) {
    if (d->second.waiting.empty() && d->second.connections == 0) destinations_.erase(d);
}

std::optional<Job> Schedule::take(Time now) {
    if (connections_ >= max_connections_) return std::nullopt;
    // Within a priority those with the fewest connections first: a slow host must not take them all.
    using Rank = std::tuple<int, std::uint32_t, Time>;
    auto first = destinations_.end();
    Rank best;
    for (auto d = destinations_.begin(); d != destinations_.end(); ++d) {
        const auto patience = d->second.patience();
        const auto* due = d->second.due(now - patience);
        if (due == nullptr) continue;
        const Rank rank{-due->first, d->second.connections, due->second.begin()->first + patience};
        if (first != destinations_.end() && best <= rank) continue;
        first = d;
        best = rank;
    }
    if (first == destinations_.end()) return std::nullopt;
    ++connections_;
    ++first->second.connections;
    return take_first(first, -std::get<int>(best));
}

std::optional<Job> Schedule::take_more(const std::string& destination, Time due_by) {
    const auto d = destinations_.find(destination);
    if (d == destinations_.end()) return std::nullopt;
    const auto* due = d->second.due(due_by);
    if (due == nullptr) return std::nullopt;
    return take_first(d, due->first);
}

void Schedule::connection_closed(const std::string& destination) {
    const auto d = destinations_.find(destination);
    --d->second.connections;
    --connections_;
    tidy(d);
}

std::optional<Time> Schedule::next() const {
    if (connections_ >= max_connections_) return std::nullopt;
    std::optional<Time> first;
    for (const auto& [name, d] : destinations_) {
        const auto ready = d.ready();
        if (ready && (!first || *ready < *first)) first = ready;
    }
    return first;
}

}  // namespace refserver::outgoing_mail
