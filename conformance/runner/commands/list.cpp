#include "runner/commands/commands.h"
#include "runner/reports/json_report.h"
#include "runner/text.h"

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

}  // namespace

int list_command(const ListRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    if (request.files) {
        std::string out;
        for (const std::string& prefix : catalogue.prefixes()) {
            out += prefix + "\n";
        }
        print(out);
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
