#pragma once

#include "outgoing-mail/queue_file.h"

#include <chrono>
#include <cstdint>
#include <functional>
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

/// What is due when, and which connections are open (X18, X19). Of what is due, the highest priority goes first (RFC
/// 6710 §5.1), and of one priority what has been due for longest. No clock, no threads, no I/O; for one thread at a
/// time.
class Schedule {
public:
    explicit Schedule(std::uint32_t max_connections) : max_connections_(max_connections) {}

    /// Waits until `due`. A job that waits already keeps the earlier time. All jobs of a mail have one priority.
    void add(const Job&, Time due, int priority = 0);
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
    using Queue = std::set<std::pair<Time, std::string>>;
    struct Destination {
        std::map<int, Queue, std::greater<>> waiting;  ///< by priority; none is empty
        std::uint32_t connections = 0;

        /// How much later than due a job is ready for a connection of its own.
        std::chrono::milliseconds patience() const;
        /// The queue of the highest priority that has a job due by then, or null.
        const std::pair<const int, Queue>* due(Time) const;
        std::optional<Time> ready() const;
        void erase(int priority, const std::pair<Time, std::string>&);
    };
    using Destinations = std::map<std::string, Destination, std::less<>>;
    struct Waiting {
        Time due;
        int priority = 0;
    };

    Job take_first(Destinations::iterator, int priority);
    void tidy(Destinations::iterator);

    std::uint32_t max_connections_;
    std::uint32_t connections_ = 0;
    Destinations destinations_;
    std::map<std::string, std::map<std::string, Waiting>> jobs_of_;  // mail → destination
};

}  // namespace refserver::outgoing_mail
