#include "sink/dialogue_log.h"

#include "sink/names.h"

#include <algorithm>
#include <utility>

namespace smtpspec::sink {

namespace {

constexpr std::size_t most_dialogues = 4096;
constexpr std::size_t longest_dialogue = std::size_t{64} * 1024;

}  // namespace

DialogueLog::Id DialogueLog::open(std::string came_to) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= most_dialogues) entries_.erase(entries_.begin());
    entries_[next_].dialogue.came_to = std::move(came_to);
    return next_++;
}

void DialogueLog::note(Id id, bool received, std::string_view octets) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || octets.empty()) return;
    Entry& entry = found->second;
    octets = octets.substr(0, longest_dialogue - std::min(longest_dialogue, entry.octets));
    entry.octets += octets.size();
    if (octets.empty()) return;
    std::vector<client::SinkDialogue::Part>& parts = entry.dialogue.parts;
    if (parts.empty() || parts.back().received != received) parts.push_back({received, {}});
    parts.back().octets += octets;
}

void DialogueLog::tag(Id id, const std::string& domain) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found != entries_.end()) found->second.domains.insert(domain);
}

std::vector<client::SinkDialogue> DialogueLog::of(const std::string& domain) const {
    const std::string wanted = lower_case(domain);
    const std::lock_guard lock(mutex_);
    std::vector<client::SinkDialogue> found;
    for (const auto& [id, entry] : entries_) {
        if (entry.domains.contains(wanted)) found.push_back(entry.dialogue);
    }
    return found;
}

void DialogueLog::forget(const std::string& domain) {
    const std::string gone = lower_case(domain);
    const std::lock_guard lock(mutex_);
    for (auto& [id, entry] : entries_) {
        std::erase_if(entry.domains, [&](const std::string& name) { return is_at_or_below(name, gone); });
    }
}

}  // namespace smtpspec::sink
