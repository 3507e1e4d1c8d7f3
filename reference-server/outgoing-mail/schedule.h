#pragma once

#include "outgoing-mail/queue_file.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace refserver::outgoing_mail {

/// The waiting recipients of a mail that share a destination.
struct Job {
    std::string mail;         ///< queue id
    std::string destination;  ///< a domain, or a name for the relay host
    bool operator==(const Job&) const = default;
};

/// What is due when, and which connections are open (X18, X19). No clock, no threads, no I/O; for one thread at a time.
class Schedule {
public:
    explicit Schedule(std::uint32_t max_connections) : max_connections_(max_connections) {}

    /// Waits until `due`. A job that waits already keeps the earlier time.
    void add(const Job&, Time due);
    void remove(const std::string& mail);
    /// Forgets all waiting jobs, for another `add` under other destinations. Connections stay open.
    void clear();
    void max_connections(std::uint32_t n) { max_connections_ = n; }

    /// A job to open a connection for: it counts as open from now on. Nothing when none is due or all connections are
    /// in use. A job whose destination has a connection already is given `connection_patience` to be taken by
    /// `take_more`: several mails then share it.
    std::optional<Job> take(Time now);
    /// A job that the open connection to `destination` can serve next: one that was due at `due_by`.
    std::optional<Job> take_more(const std::string& destination, Time due_by);
    void connection_closed(const std::string& destination);

    /// When `take` will next have a job if nothing else happens.
    std::optional<Time> next() const;
    std::uint32_t connections() const { return connections_; }

    static constexpr std::chrono::milliseconds connection_patience{20};

private:
    struct Destination {
        std::set<std::pair<Time, std::string>> waiting;
        std::uint32_t connections = 0;
        Time ready() const;
    };
    using Destinations = std::map<std::string, Destination, std::less<>>;

    Job take_first(Destinations::iterator);
    void tidy(Destinations::iterator);

    std::uint32_t max_connections_;
    std::uint32_t connections_ = 0;
    Destinations destinations_;
    std::map<std::string, std::map<std::string, Time>> jobs_of_;  // mail → destination → due
};

}  // namespace refserver::outgoing_mail
