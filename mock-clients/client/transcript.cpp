#include "client/transcript.h"

namespace smtpspec::client {

namespace {
constexpr double most_octets = 4.0 * 1024 * 1024;
constexpr std::size_t longest_entry = std::size_t{64} * 1024;
constexpr std::size_t cost_of_entry = 64;  // what an entry needs besides its data
}  // namespace

Transcript::Transcript(double scale) : left_(static_cast<std::size_t>(most_octets * scale)) {}

Milliseconds Transcript::elapsed() const {
    return std::chrono::duration_cast<Milliseconds>(Clock::now() - began_);
}

void Transcript::add(const std::string& client, const char* direction, std::string_view data) {
    if (full_) return;
    const std::string_view kept = data.substr(0, longest_entry);
    if (kept.size() + cost_of_entry > left_) {
        full_ = true;
        append(client, "note", "the transcript is full and ends here");
        return;
    }
    left_ -= kept.size() + cost_of_entry;
    append(client, direction, kept);
    if (kept.size() < data.size()) {
        append(client, "note", std::to_string(data.size() - kept.size()) + " more octets are not recorded");
    }
}

void Transcript::append(const std::string& client, const char* direction, std::string_view data) {
    entries_.push_back({elapsed().count(), client, direction, std::string(data)});
}

}  // namespace smtpspec::client
