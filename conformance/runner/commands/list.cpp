#include "runner/commands/commands.h"
#include "runner/reports/json_report.h"
#include "runner/text.h"

#include <algorithm>

namespace smtpspec::runner {
namespace {

std::string json_words(const std::vector<std::string>& words) {
    std::string out = "[";
    for (const std::string& word : words) {
        out += (out.size() == 1 ? "" : ", ") + json_text(word);
    }
    return out + "]";
}

std::string as_json(const SelectedCase& selected) {
    const script::Case& scenario = selected.scenario;
    return "{\"id\": " + json_text(scenario.id) + ", \"level\": " + json_text(selected.level) +
           ", \"citations\": " + json_words(scenario.cites) + ", \"title\": " + json_text(scenario.title) +
           ", \"risk\": " + json_text(scenario.risk) + ", \"extensions\": " + json_words(scenario.extensions) +
           ", \"fixture\": " + json_text(scenario.fixture) + ", \"file\": " + json_text(scenario.at.file) +
           ", \"line\": " + std::to_string(scenario.at.line) + "}";
}

std::string as_text(const SelectedCase& selected) {
    const script::Case& scenario = selected.scenario;
    return scenario.id + "\t" + selected.level + "\t" + join(scenario.cites, " ") + "\t" + scenario.title + "\n";
}

/// One line for each file with a selected case. All of them are listed unread: a mistake in one does not hide the
/// others.
std::string files_of(const Catalogue& catalogue, const Selection& selection) {
    std::vector<SelectedCase> cases;
    if (selection != Selection{}) {
        cases = selected_cases(catalogue, selection);
    }
    std::string out;
    for (const std::string& prefix : catalogue.prefixes()) {
        const bool listed =
            selection == Selection{} || std::any_of(cases.begin(), cases.end(), [&](const auto& selected) {
                return !selected.excluded && selected.scenario.id.starts_with(prefix + "/");
            });
        out += listed ? prefix + "\n" : "";
    }
    return out;
}

}  // namespace

int list_command(const ListRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    if (request.files) {
        print(files_of(catalogue, request.selection));
        return exit_passed;
    }
    std::string out;
    for (const SelectedCase& selected : selected_cases(catalogue, request.selection)) {
        if (selected.excluded) {
            continue;
        }
        if (request.json) {
            out += (out.empty() ? "[\n" : ",\n") + as_json(selected);
        } else {
            out += as_text(selected);
        }
    }
    print(request.json ? (out.empty() ? "[" : out) + "\n]\n" : out);
    return exit_passed;
}

}  // namespace smtpspec::runner
