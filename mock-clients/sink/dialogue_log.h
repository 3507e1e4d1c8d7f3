#pragma once

#include "sink/next_hop.h"

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
    void note(Id, bool received, std::string_view octets);
    /// The dialogue has to do with this domain.
    void tag(Id, const std::string& domain);

    std::vector<client::SinkDialogue> of(const std::string& domain) const;
    /// Dialogues are kept no longer for this domain and those below it.
    void forget(const std::string& domain);

private:
    struct Entry {
        client::SinkDialogue dialogue;
        std::set<std::string, std::less<>> domains;
        std::size_t octets = 0;
    };
    mutable std::mutex mutex_;
    std::map<Id, Entry> entries_;
    Id next_ = 1;
};

}  // namespace smtpspec::sink
