#pragma once

#include "routing/accepted_mail.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The format of a queue file: a head (envelope), the octets of the mail, then a journal of what became of each
/// recipient.
namespace refserver::outgoing_mail {

using Time = std::chrono::system_clock::time_point;

struct Progress {
    bool waiting = true;  ///< false: delivered, or the sender has been told
    std::uint32_t attempts = 0;
    Time due;
    std::string last_answer;
    bool late = false;  ///< the sender has been told that the time of DELIVERBY is over (RFC 2852, mode N)
};

struct QueuedMail {
    std::string id;
    routing::Envelope envelope;
    Time arrived;
    std::uint64_t message_offset = 0;
    std::uint64_t message_size = 0;  ///< trace field included
    std::vector<Progress> progress;  ///< one for each recipient of the envelope

    bool finished() const;
    std::uint64_t journal_offset() const { return message_offset + message_size; }
};

/// The first line of a head has this length; it tells the length of the head.
inline constexpr std::size_t first_line_size = 31;

/// Writes the head for a mail whose message has `message_size` octets, and sets `message_offset`.
std::string encode_head(QueuedMail&);
/// The length of the whole head, from its first line; nothing when it is none.
std::optional<std::uint64_t> head_size(std::string_view first_line);
/// Nothing when any of it is not as encode_head writes it. All recipients are due at arrival.
std::optional<QueuedMail> decode_head(std::string_view head);

std::string encode_progress(std::size_t recipient, const Progress&);
/// Applies the journal and returns how many octets of it are whole records: a crash may have torn the last one.
std::size_t apply_journal(QueuedMail&, std::string_view journal);

}  // namespace refserver::outgoing_mail
