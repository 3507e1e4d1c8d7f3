#pragma once

#include "runner/catalogue.h"

#include <string>
#include <vector>

namespace smtpspec::runner {

/// Which cases a command is about. An empty list narrows nothing.
struct Selection {
    std::vector<std::string> patterns;  ///< ids or globs, or @FILE with one a line; a prefix selects all below it
    std::vector<std::string> exclude;   ///< the same; these cases are reported as skipped
    std::vector<std::string> levels;
    std::vector<std::string> cites;       ///< ids or globs of requirements
    std::vector<std::string> extensions;  ///< keywords of `needs extension`
    std::vector<std::string> risks;       ///< "any" for all that have one

    bool operator==(const Selection&) const = default;
};

struct SelectedCase {
    script::Case scenario;
    std::string level;  ///< in effect
    bool excluded = false;
};

struct Selected {
    std::vector<SelectedCase> cases;              ///< in the order of the files and within them
    std::vector<script::Diagnostic> diagnostics;  ///< of all files that had to be read
};

/// The level that a case is graded by: its own, else that of its first citation.
std::string level_of(const script::Case&, const Requirements&);

/// Reads the scenario files that can hold selected cases, and no others. Throws std::runtime_error for an unreadable
/// @FILE, for an unknown level, and for a pattern that names nothing.
Selected select(const Catalogue&, Selection);

}  // namespace smtpspec::runner
