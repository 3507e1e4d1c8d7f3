#include "runner/commands/commands.h"
#include "runner/settings.h"
#include "runner/text.h"

#include <algorithm>
#include <filesystem>

namespace smtpspec::runner {
namespace {

/// The lines of the file before its first scenario, and those of the scenario around this place (that of a case with
/// parameters is the row that they come from).
std::string script_of(const script::Position& at) {
    const std::vector<std::string> lines = split(read_file(at.file), '\n');
    const auto begins_scenario = [](const std::string& line) { return line.starts_with("scenario "); };
    const auto first = std::find_if(lines.begin(), lines.end(), begins_scenario);
    const auto line = lines.begin() + std::min<std::ptrdiff_t>(std::max(at.line, 0), std::ssize(lines));
    const auto after = std::find_if(std::make_reverse_iterator(line), lines.rend(), begins_scenario).base();
    const auto own = after == lines.begin() ? after : after - 1;
    const auto end = std::find_if(line, lines.end(), begins_scenario);
    std::vector<std::string> shown(lines.begin(), first);
    shown.insert(shown.end(), own, end);
    return std::string(trimmed(join(shown, "\n"))) + "\n";
}

}  // namespace

int show_command(const ShowRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    Selection selection;
    selection.patterns = {request.id};
    const std::vector<SelectedCase> cases = selected_cases(catalogue, selection);
    const auto exact = std::find_if(cases.begin(), cases.end(),
                                    [&](const SelectedCase& one) { return one.scenario.id == request.id; });
    // The id of a scenario with parameters stands for all of its cases, which share what is shown.
    const SelectedCase& selected = exact == cases.end() ? cases.front() : *exact;
    const script::Case& scenario = selected.scenario;

    std::string out = scenario.id + "\n" + scenario.title + "\n\n";
    for (const std::string& id : scenario.cites) {
        const Requirement* requirement = catalogue.requirements().find(id);
        out += id +
               (requirement ? "  " + requirement->level + ", " + requirement->source() + "\n  " + requirement->summary +
                                  "\n  seen by: " + requirement->evidence
                            : "") +
               "\n";
    }
    out += "\nlevel: " + selected.level + (scenario.risk.empty() ? "" : "\nrisk: " + scenario.risk);
    for (const auto& [name, value] : scenario.parameters) {
        out += "\n" + name + " = " + neutralised(value);
    }
    out += "\n\n# " + scenario.at.file + ":" + std::to_string(scenario.at.line) + "\n" + script_of(scenario.at);
    const SettingMap settings = compose(catalogue.defaults(), catalogue.fixture(scenario.fixture), scenario.settings);
    out += "\n# fixture " + scenario.fixture + ", with defaults and what the scenario sets\n" + toml_document(settings);
    print(out);
    return exit_passed;
}

}  // namespace smtpspec::runner
