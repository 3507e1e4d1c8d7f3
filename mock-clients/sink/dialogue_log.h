#pragma once

#include "sink/next_hop.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::sink {

/// The dialogues of all connections, bounded in number and size. Safe for any number of threads.
class DialogueLog {
public:
    using Id = std::uint64_t;

    Id open(std::string came_to);
    void note(Id, client::SinkDialogue::Side, std::string_view octets);
    /// The connection is no more.
    void end(Id);
    /// MAIL of the dialogue names this domain.
    void sender(Id, const std::string& domain);
    /// RCPT of the dialogue names this domain.
    void recipient(Id, const std::string& domain);

    /// Those of the domain (empty: all), once they are enough or the time is over.
    std::vector<client::SinkDialogue> of(const std::string& domain, const client::NextHop::Enough&,
                                         std::chrono::milliseconds wait) const;
    /// Dialogues are kept no longer for this domain and those below it. One that has ended goes with the last domain of
    /// its recipients.
    void forget(const std::string& domain);

private:
    struct Entry {
        client::SinkDialogue dialogue;
        std::set<std::string, std::less<>> senders;
        std::set<std::string, std::less<>> recipients;
        bool had_recipients = false;
        std::size_t octets = 0;

        bool forgotten() const { return had_recipients && recipients.empty(); }
    };
    std::vector<client::SinkDialogue> now(const std::string& domain) const;
    void add(Entry&, client::SinkDialogue::Side, std::string_view octets);

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::map<Id, Entry> entries_;
    Id next_ = 1;
};

}  // namespace smtpspec::sink
