#pragma once

#include "script/dialogue_builder.h"
#include "script/scenario_reader.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace smtpspec::script {

/// What the cases of one scenario are made from.
struct ScenarioText {
    Position at;
    std::string title;
    bool named = true;              ///< otherwise its ids mean nothing
    std::vector<SourceLine> lines;  ///< without name, title, tables and oracles
    std::vector<std::pair<Oracle*, Position>> oracles;
    std::set<std::string, std::less<>> used;  ///< parameters that some case has used
};

/// Reads one case: the scenario's lines with one row of parameters put in.
class CaseReader {
public:
    CaseReader(ScenarioText& scenario, FileState& file) : scenario_(scenario), file_(file) {}

    /// False if anything is wrong with the case; what that is has been reported.
    bool read(Parameters, std::string id, Position at);
    Case take() { return std::move(case_); }

private:
    bool ask_oracles(Parameters&);
    void read_lines(const Parameters&);
    void read_line(const SourceLine&);
    void add(DialogueLine);
    void complete(const Parameters&);
    void check();
    void check_clients();
    void check_roles();
    void fail(Diagnostic);

    ScenarioText& scenario_;
    FileState& file_;
    Case case_;
    Head head_;
    DialogueBuilder builder_;
    bool in_dialogue_ = false;
    std::vector<std::string> oracle_cites_;
    std::vector<Mention> mentions_;
    std::vector<Position> alone_wanted_;
    std::vector<std::pair<std::string, Position>> client_names_;
    bool good_ = true;
};

}  // namespace smtpspec::script
