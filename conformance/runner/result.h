#pragma once

#include "client/execute.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace smtpspec::runner {

enum class Status { pass, fail, warn, skip, error };

/// Why a case is not applicable: the word of TARGET-CONTRACT.md is what to_string gives.
enum class SkipReason {
    none,
    unsupported_extension,
    unsupported_setting,
    mailbox_not_observable,
    fixture_differs,
    excluded,
};

const char* to_string(Status);
const char* to_string(SkipReason);

/// The verdict on one case, and what it rests on.
struct Result {
    std::string id;
    std::string title;
    std::string level;
    std::vector<std::string> citations;
    std::string risk;
    Status status = Status::error;
    SkipReason skip = SkipReason::none;
    std::string reason;  ///< in words; empty for a pass
    std::chrono::milliseconds duration{0};
    std::vector<client::TranscriptEntry> transcript;
    std::string place;          ///< file:line of the statement that did not hold; may be empty
    std::string server_errors;  ///< what the server wrote to standard error meanwhile
    std::string known;          ///< reason of the expectation that this result meets
    std::string remedy;         ///< the option with which a skipped case could be played

    /// As reports have it: "unsupported-extension: CHUNKING is not offered".
    std::string full_reason() const;
};

/// Everything about a run that reports and later commands need.
struct RunRecord {
    std::string suite_version;
    std::string target;
    std::string target_version;  ///< what its greeting says after the domain; may be empty
    std::string started;         ///< RFC 3339, UTC
    std::chrono::milliseconds duration{0};
    std::map<std::string, std::string> options;  ///< of the command line, for `replay`
    std::vector<Result> results;                 ///< in the order of the catalogue
    std::string kept_folder;                     ///< of the servers, with --keep-work
    bool server_was_ready = true;                ///< false: not one server of the run greeted
    std::size_t not_run = 0;                     ///< after an interruption or --fail-fast

    std::size_t count(Status) const;
};

}  // namespace smtpspec::runner
