#pragma once

#include "script/head.h"
#include "script/oracle.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace smtpspec::script {

/// What all scenarios of a file share while it is read.
class FileState {
public:
    FileState(std::string_view file_name, const ParseContext&);

    const ParseContext& context;
    Head head;
    std::vector<Case> cases;
    std::set<std::string, std::less<>> slugs;
    std::set<std::string, std::less<>> ids;

    /// Adds a mistake, once however often it comes: the cases of one scenario share most of their lines.
    void report(Diagnostic);
    void report(std::vector<Diagnostic>);
    bool too_many_mistakes() const;
    /// All mistakes, by position.
    std::vector<Diagnostic> diagnostics();

    /// The table of that name, read when it is first asked for; nothing if there is none.
    Oracle* oracle(std::string_view name);
    /// When all cases are read, and rightly: a rule that decided none of them is a mistake.
    void check_oracles();
    /// Counts what a scenario will make of itself; says what is too much.
    std::string exceeded_limit(std::size_t new_cases, std::size_t lines);

private:
    std::string file_name_;
    std::map<std::tuple<std::string, int, int, std::string>, Diagnostic> diagnostics_;
    std::map<std::string, Oracle, std::less<>> oracles_;
    std::size_t cases_ = 0;
    std::size_t lines_ = 0;
};

/// Reads the lines of one scenario, its `scenario` line first, and adds its cases and mistakes to the state.
void read_scenario(const std::vector<SourceLine>& lines, FileState&);

}  // namespace smtpspec::script
