#include "runner/grading.h"

#include "runner/text.h"

#include <algorithm>

#include <strings.h>

namespace smtpspec::runner {
namespace {

Status status_of_violation(const std::string& level, const GradingRules& rules) {
    const bool lenient =
        level == "SHOULD" || level == "SHOULD NOT" || level == "MAY" || (level == "DECIDED" && !rules.reference);
    return lenient && !rules.strict ? Status::warn : Status::fail;
}

}  // namespace

Grade grade(const client::Played& played, const std::string& level, const GradingRules& rules) {
    switch (played.outcome) {
        case client::Outcome::passed:
            return {Status::pass, SkipReason::none, ""};
        case client::Outcome::violated:
            return {status_of_violation(level, rules), SkipReason::none, played.reason};
        case client::Outcome::inconclusive:
            return {Status::error, SkipReason::none, played.reason};
        case client::Outcome::not_offered:
            // What is offered must work: a case that is passed over all the same would hide that it does not.
            if (offers(played.transcript, played.missing)) {
                return {Status::fail, SkipReason::none,
                        "the server offers " + played.missing + ", and the case could not use it: " + played.reason};
            }
            return {Status::skip, SkipReason::unsupported_extension,
                    played.reason.empty() ? played.missing + " is not offered" : played.reason};
        case client::Outcome::not_observable:
            break;
    }
    if (played.missing == "permission") {
        return {Status::skip, SkipReason::excluded, played.reason};
    }
    if (played.missing == "setting") {
        return {Status::skip, SkipReason::unsupported_setting,
                played.reason.empty() ? "the target says so by exit status 77" : played.reason};
    }
    if (played.missing == "server") {
        return {Status::skip, SkipReason::fixture_differs, "needs a server that smtpspec itself starts and stops"};
    }
    return {Status::skip, SkipReason::mailbox_not_observable,
            played.missing == "sink" ? "the next hop cannot be observed" : "the mailboxes cannot be observed"};
}

bool offers(const std::vector<client::TranscriptEntry>& transcript, const std::string& keyword) {
    if (keyword.empty()) {
        return false;
    }
    std::string received;
    for (const client::TranscriptEntry& entry : transcript) {
        received += entry.direction == "received" ? entry.data : "";
    }
    const std::vector<std::string> lines = split(received, '\n');
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        const std::string word = line.size() > 4 && line.starts_with("250") ? line.substr(4) : "";
        const auto end = word.find_first_of(" =\r");
        return strcasecmp(word.substr(0, end).c_str(), keyword.c_str()) == 0;
    });
}

int exit_status(const RunRecord& run) {
    const auto unexpected = [&](Status status) {
        return std::any_of(run.results.begin(), run.results.end(),
                           [&](const Result& result) { return result.status == status && result.known.empty(); });
    };
    // Start-ups that must fail have a verdict even then, and say nothing about the server.
    if (!run.server_was_ready && unexpected(Status::error)) {
        return 3;
    }
    if (unexpected(Status::fail)) {
        return 1;
    }
    const std::size_t verified = run.count(Status::pass) + run.count(Status::warn) + run.count(Status::fail);
    if (unexpected(Status::error)) {
        return verified == 0 ? 3 : 1;
    }
    if (verified == 0 && run.count(Status::error) == 0) {
        return 77;
    }
    return run.not_run > 0 ? 1 : 0;
}

}  // namespace smtpspec::runner
