#include "runner/silence_policy.h"

#include <algorithm>

namespace smtpspec::runner {

std::string SilencePolicy::hopeless() const {
    const std::lock_guard lock(mutex_);
    return !has_answered_ && unanswered_ >= enough
               ? "not tried: in " + std::to_string(unanswered_) + " cases the server has answered no command"
               : "";
}

void SilencePolicy::observe(const client::Played& played) {
    const auto& events = played.transcript;
    const auto is = [](const char* what) {
        return [what](const client::TranscriptEntry& event) { return event.direction == what; };
    };
    const auto asked = std::find_if(events.begin(), events.end(), is("sent"));
    if (asked == events.end()) {
        return;
    }
    const bool answered = std::any_of(asked, events.end(), [&](const client::TranscriptEntry& event) {
        // Octets that never became a reply are noted as such; a close is an answer.
        return (event.direction == "received" && event.data.find('\n') != std::string::npos) ||
               (is("closed")(event) && event.data != "by the client");
    });
    const std::lock_guard lock(mutex_);
    has_answered_ = has_answered_ || answered;
    unanswered_ += answered ? 0 : 1;
}

}  // namespace smtpspec::runner
