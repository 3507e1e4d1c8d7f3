#include "outgoing-mail/schedule.h"

#include <algorithm>

namespace refserver::outgoing_mail {

Time Schedule::Destination::ready() const {
    const Time due = waiting.begin()->first;
    return connections == 0 ? due : due + connection_patience;
}

void Schedule::add(const Job& job, Time due) {
    auto [position, added] = jobs_of_[job.mail].try_emplace(job.destination, due);
    auto& waiting = destinations_[job.destination].waiting;
    if (!added) {
        if (position->second <= due) return;
        waiting.erase({position->second, job.mail});
        position->second = due;
    }
    waiting.emplace(due, job.mail);
}

void Schedule::remove(const std::string& mail) {
    const auto jobs = jobs_of_.extract(mail);
    if (jobs.empty()) return;
    for (const auto& [name, due] : jobs.mapped()) {
        const auto destination = destinations_.find(name);
        destination->second.waiting.erase({due, mail});
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

Job Schedule::take_first(Destinations::iterator d) {
    auto& waiting = d->second.waiting;
    Job job{waiting.begin()->second, d->first};
    waiting.erase(waiting.begin());
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
    // Those with the fewest connections first: a slow host must not take them all.
    const auto rank = [](const Destination& d) { return std::pair{d.connections, d.ready()}; };
    auto first = destinations_.end();
    for (auto d = destinations_.begin(); d != destinations_.end(); ++d) {
        if (d->second.waiting.empty() || d->second.ready() > now) continue;
        if (first == destinations_.end() || rank(d->second) < rank(first->second)) first = d;
    }
    if (first == destinations_.end()) return std::nullopt;
    ++connections_;
    ++first->second.connections;
    return take_first(first);
}

std::optional<Job> Schedule::take_more(const std::string& destination, Time due_by) {
    const auto d = destinations_.find(destination);
    if (d == destinations_.end() || d->second.waiting.empty() || d->second.waiting.begin()->first > due_by)
        return std::nullopt;
    return take_first(d);
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
        if (!d.waiting.empty() && (!first || d.ready() < *first)) first = d.ready();
    }
    return first;
}

}  // namespace refserver::outgoing_mail
