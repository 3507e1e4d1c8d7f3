#pragma once

#include "runner/fault_matrix.h"

#include <string>
#include <string_view>
#include <vector>

/// Whether a matrix of faults is as it should be, and what reviewers let pass.
namespace smtpspec::runner {

/// Exceptions that were looked at: a text file with `#` comments, empty lines, and
///     survivor FAULT REASON          no scenario catches it
///     idle SCENARIO REASON           a MUST-level scenario that catches no fault
///     stranger FAULT CASE REASON     the case goes red though it cites nothing that the fault breaks
/// FAULT, SCENARIO and CASE may be globs. REASON is as many words as it takes.
class FaultReview {
public:
    enum class Kind { survivor, idle, stranger };
    struct Line {
        Kind kind;
        std::string fault;     ///< empty for `idle`
        std::string scenario;  ///< or case; empty for `survivor`
        std::string reason;
        std::string place;  ///< file:line
    };

    /// Throws std::runtime_error with file, line and what should stand there.
    static FaultReview read(std::string_view text, const std::string& file_name);

    /// The line that lets it pass, or nullptr. What a kind of line does not name is empty.
    const Line* find(Kind, const std::string& fault, const std::string& scenario) const;
    const std::vector<Line>& lines() const { return lines_; }

private:
    std::vector<Line> lines_;
};

/// A scenario, with the cases that its parameters make of it.
struct MustScenario {
    std::string name;  ///< id of its first case
    std::vector<std::string> cases;
};
/// Those of level MUST or MUST NOT outside the access product, whose thousands of cases are one sentence.
std::vector<MustScenario> must_scenarios(const std::vector<SelectedCase>&);

/// The three ways in which a matrix is wrong, and lines of the review that are out of date.
struct MatrixErrors {
    std::vector<std::string> survivors;  ///< faults
    std::vector<std::string> idle;       ///< scenarios
    struct Stranger {
        std::string fault;
        std::string scenario;
    };
    std::vector<Stranger> strangers;
    std::vector<std::string> stale;  ///< each in words, with its place

    bool any() const { return !survivors.empty() || !idle.empty() || !strangers.empty(); }
};

/// `whole`: all faults were tried. Otherwise nothing is said of idle scenarios and of stale lines. A `stranger` is
/// never stale, because only a sample is asked.
MatrixErrors errors_of(const std::vector<FaultResult>&, const std::vector<MustScenario>&, const FaultReview&,
                       bool whole);

}  // namespace smtpspec::runner
