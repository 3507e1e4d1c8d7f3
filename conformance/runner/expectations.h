#pragma once

#include "runner/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::runner {

/// Known failures of a server: a text file with one line `ID REQUIREMENT REASON…` for each, `#` comments and empty
/// lines. ID may be a pattern with `*` for a family that fails for one reason. They do not count against the server,
/// they are still run, and a line is stale when all that it names passes.
class Expectations {
public:
    /// Throws std::runtime_error with file and line for a line without a reason and for an id that comes twice.
    static Expectations read(std::string_view text, const std::string& file_name);

    /// Marks the findings that were expected (Result::known) and returns the ids that are stale: they ran and passed
    /// now, or, when the run was of everything, name no case.
    std::vector<std::string> apply(std::vector<Result>&, bool of_everything) const;

    /// The file as it has to be after this run: lines and comments stay where they are, stale lines go, new findings
    /// come at the end.
    std::string updated(const std::vector<Result>&, const std::vector<std::string>& stale) const;

private:
    struct Line {
        std::string text;  ///< as it stands in the file
        std::string id;    ///< a case or a pattern; empty: a comment or an empty line
        std::string reason;
    };
    /// The line of a case: its own if there is one, else the first pattern that it matches.
    const Line* find(const std::string& id) const;

    std::vector<Line> lines_;
};

}  // namespace smtpspec::runner
