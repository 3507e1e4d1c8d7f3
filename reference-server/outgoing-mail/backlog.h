#pragma once

#include "outgoing-mail/queue.h"
#include "outgoing-mail/result.h"
#include "outgoing-mail/schedule.h"
#include "settings/settings.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace refserver::outgoing_mail {

/// A mail in the queue, as a delivery uses it: the envelope and the place of the message never change.
using MailRef = std::shared_ptr<const QueuedMail>;

/// Some recipients of a mail, to be delivered by one connection.
struct Assignment {
    Job job;
    MailRef mail;
    std::vector<std::size_t> recipients;
};

/// What the sender may have to be told of a recipient: that it is over, or, with a temporary result that has not
/// expired, that half of the attempts have been used.
struct Ending {
    std::size_t recipient = 0;
    Result result;
    bool expired = false;  ///< a temporary answer, once too often (X18)
    bool late = false;     ///< the time of DELIVERBY is over, and delivery goes on (RFC 2852, mode N)
};

/// All that waits: the queue on disk, the same mails in memory, and when they are due. For many threads.
class Backlog {
public:
    Backlog(Queue& queue, const settings::Settings&);

    void settings(const settings::Settings&);
    std::shared_ptr<const settings::Settings> settings() const;

    /// A published or recovered mail waits from now on.
    void add(QueuedMail);
    /// Forgets a mail, on disk too. What a connection is doing for it is not held up, only no longer written down.
    /// False: there is no such mail. Throws std::system_error.
    bool remove(const std::string& id);
    bool hurry(const std::string& id, Time now);

    /// See Schedule; nothing is taken while the outgoing mail service is off.
    std::optional<Assignment> take(Time now);
    std::optional<Assignment> take_more(const std::string& destination, Time due_by);
    void connection_closed(const std::string& destination);
    std::optional<Time> next() const;

    /// Applies an attempt's results, one for each recipient of the assignment. `tell` is called with those recipients
    /// for whom it is over, and once with each whose delay is to be told, and must get what the sender is to know into
    /// safety; when it throws, they wait again. Throws std::system_error when progress cannot be written down: it holds
    /// all the same, but a crash would repeat it.
    using Tell = std::function<void(const std::vector<Ending>&)>;
    void finish(const Assignment&, const std::vector<Result>&, Time now, const Tell& tell);

    /// The time of DELIVERBY (RFC 2852) that is over by then: what waits in mode R fails, and of what waits in mode N
    /// the sender is told once. Recipients that are in flight are left to `finish`.
    using TellAbout = std::function<void(const QueuedMail&, const std::vector<Ending>&)>;
    void expire(Time now, const TellAbout& tell);

private:
    struct Entry {
        std::shared_ptr<QueuedMail> mail;
        std::vector<bool> in_flight;
    };
    std::string destination_of(const routing::Recipient&) const;
    /// Marks the job's recipients as in flight; nothing when another connection has them all.
    std::optional<Assignment> assign(const Job&);
    void schedule(const Entry&);
    /// Tells, writes down, and lets the rest wait again.
    struct Outcomes {
        std::vector<Progress> progress;  ///< one for each recipient of the assignment
        std::vector<bool> delivered;
        std::vector<Ending> endings;
    };
    void settle(const Assignment&, Outcomes, const Tell&);

    Queue& queue_;
    mutable std::mutex mutex_;
    std::shared_ptr<const settings::Settings> settings_;
    std::map<std::string, Entry> mails_;
    Schedule schedule_;
    std::set<std::pair<Time, std::string>> deadlines_;  // of DELIVERBY, that are to come
};

}  // namespace refserver::outgoing_mail
