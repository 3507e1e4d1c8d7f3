#pragma once

#include "runner/requirements.h"
#include "runner/result.h"

#include <ostream>
#include <string>

namespace smtpspec::runner {

struct TerminalStyle {
    bool colour = false;
    bool verbose = false;  ///< every case, and why it was skipped
};

/// What a person reads after a run: findings with their dialogue, then the sums.
std::string terminal_report(const RunRecord&, const Requirements&, const TerminalStyle&);

/// The last lines only: sums, time, speed.
std::string terminal_summary(const RunRecord&, const TerminalStyle&);

/// A dialogue, one line for each line that was sent or received; at most the last `limit` lines.
std::string dialogue(const std::vector<client::TranscriptEntry>&, std::size_t limit);

/// The line that is rewritten while a run is on.
class ProgressLine {
public:
    ProgressLine(std::ostream& out, std::size_t total) : out_(out), total_(total) {}
    void add(const Result&);
    void clear();

private:
    std::ostream& out_;
    std::size_t total_;
    std::size_t done_ = 0;
    std::size_t failed_ = 0;
    std::chrono::steady_clock::time_point shown_{};
};

}  // namespace smtpspec::runner
