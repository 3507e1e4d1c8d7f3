#pragma once

#include "script/dialogue.h"
#include "script/head.h"
#include "script/oracle.h"
#include "script/parameters.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// What all scenarios of a file share while it is read.
struct FileState {
    const ParseContext& context;
    Head head;
    ParseResult result;
    std::set<std::string, std::less<>> slugs;
    std::set<std::string, std::less<>> ids;
    std::map<std::string, Oracle, std::less<>> oracles;
    std::size_t cases = 0;       ///< of the scenarios read so far, whether good or bad
    std::size_t statements = 0;  ///< likewise

    void report(Diagnostic);
    /// The table of that name, read when it is first asked for; nothing if there is none.
    const Oracle* oracle(std::string_view name);
};

/// Reads the lines of one scenario, its `scenario` line first, and adds its cases and mistakes to the state.
void read_scenario(const std::vector<SourceLine>& lines, FileState&);

}  // namespace smtpspec::script
