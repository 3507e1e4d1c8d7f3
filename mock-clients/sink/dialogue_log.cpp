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

void DialogueLog::note(Id id, client::SinkDialogue::Side side, std::string_view octets) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found != entries_.end()) add(found->second, side, octets);
}

void DialogueLog::end(Id id) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    if (found->second.forgotten()) {
        entries_.erase(found);
        changed_.notify_all();
        return;
    }
    found->second.dialogue.ended = true;
    found->second.dialogue.parts.push_back({client::SinkDialogue::Side::wire, "end"});
    changed_.notify_all();
}

void DialogueLog::add(Entry& entry, client::SinkDialogue::Side side, std::string_view octets) {
    octets = octets.substr(0, longest_dialogue - std::min(longest_dialogue, entry.octets));
    entry.octets += octets.size();
    if (octets.empty()) return;
    std::vector<client::SinkDialogue::Part>& parts = entry.dialogue.parts;
    if (parts.empty() || parts.back().side != side) parts.push_back({side, {}});
    parts.back().octets += octets;
    changed_.notify_all();
}

void DialogueLog::sender(Id id, const std::string& domain) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    found->second.senders.insert(domain);
    changed_.notify_all();
}

void DialogueLog::recipient(Id id, const std::string& domain) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    found->second.recipients.insert(domain);
    found->second.had_recipients = true;
    changed_.notify_all();
}

std::vector<client::SinkDialogue> DialogueLog::of(const std::string& domain, const client::NextHop::Enough& enough,
                                                  std::chrono::milliseconds wait) const {
    const std::string wanted = lower_case(domain);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [&] { return enough(now(wanted)); });
    return now(wanted);
}

std::vector<client::SinkDialogue> DialogueLog::now(const std::string& wanted) const {
    std::vector<client::SinkDialogue> found;
    for (const auto& [id, entry] : entries_) {
        if (wanted.empty() || entry.senders.contains(wanted) || entry.recipients.contains(wanted)) {
            found.push_back(entry.dialogue);
        }
    }
    return found;
}

void DialogueLog::forget(const std::string& domain) {
    const std::string gone = lower_case(domain);
    const std::lock_guard lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end();) {
        Entry& entry = it->second;
        for (auto* domains : {&entry.senders, &entry.recipients}) {
            std::erase_if(*domains, [&](const std::string& name) { return is_at_or_below(name, gone); });
        }
        it = entry.forgotten() && entry.dialogue.ended ? entries_.erase(it) : std::next(it);
    }
}

}  // namespace smtpspec::sink
