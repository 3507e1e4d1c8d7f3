#include "runner/commands/commands.h"
#include "runner/reports/json_report.h"
#include "runner/text.h"

#include <map>
#include <set>

namespace smtpspec::runner {
namespace {

using CasesByRequirement = std::map<std::string, std::vector<std::string>>;

/// A row that says again what another one says points to it; scenarios cite that one.
std::string counted_as(const Requirement& requirement) {
    const std::string_view note = requirement.ambiguity;
    constexpr std::string_view same = "same as ";
    if (!note.starts_with(same)) {
        return requirement.id;
    }
    const std::string_view rest = note.substr(same.size());
    std::string id(rest.substr(0, rest.find_first_of(" ;,:")));
    if (id.ends_with('.')) {  // Ids hold full stops, but none at the end.
        id.pop_back();
    }
    return id;
}

}  // namespace

int coverage_command(const CoverageRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    CasesByRequirement cases;
    for (const SelectedCase& selected : selected_cases(catalogue, request.selection)) {
        for (const std::string& id : selected.scenario.cites) {
            cases[id].push_back(selected.scenario.id);
        }
    }
    const auto cases_of = [&](const Requirement& requirement) {
        const auto own = cases.find(requirement.id);
        const auto same = own != cases.end() ? own : cases.find(counted_as(requirement));
        return same == cases.end() ? std::vector<std::string>{} : same->second;
    };

    std::string out;
    if (request.missing) {
        for (const Requirement& requirement : catalogue.requirements().all()) {
            if (requirement.observable() && counted_as(requirement) == requirement.id &&
                cases_of(requirement).empty()) {
                out += requirement.id + "\t" + requirement.level + "\t" + requirement.side + "\t" +
                       requirement.summary + "\n";
            }
        }
        print(out);
        return exit_passed;
    }
    if (request.json) {
        for (const Requirement& requirement : catalogue.requirements().all()) {
            std::string ids;
            for (const std::string& id : cases_of(requirement)) {
                ids += (ids.empty() ? "" : ", ") + json_text(id);
            }
            out += (out.empty() ? "[\n" : ",\n") + std::string("{\"requirement\": ") + json_text(requirement.id) +
                   ", \"rfc\": " + json_text(requirement.rfc) + ", \"level\": " + json_text(requirement.level) +
                   ", \"observable\": " + (requirement.observable() ? "true" : "false") + ", \"cases\": [" + ids + "]}";
        }
        print(out + "\n]\n");
        return exit_passed;
    }

    /// For each RFC and level: observable requirements, and those of them that a case cites.
    std::map<std::string, std::map<std::string, std::pair<std::size_t, std::size_t>>> table;
    std::pair<std::size_t, std::size_t> sum;
    for (const Requirement& requirement : catalogue.requirements().all()) {
        if (!requirement.observable() || counted_as(requirement) != requirement.id) {
            continue;
        }
        auto& [all, cited] = table[requirement.rfc][requirement.level];
        const std::size_t covered = cases_of(requirement).empty() ? 0 : 1;
        ++all;
        ++sum.first;
        cited += covered;
        sum.second += covered;
    }
    out = "observable requirements that a case cites, of how many there are\n\nrfc";
    for (const std::string& level : known_levels()) {
        out += "\t" + level;
    }
    for (auto& [rfc, levels] : table) {
        out += "\n" + rfc;
        for (const std::string& level : known_levels()) {
            const auto& [all, cited] = levels[level];
            out += all == 0 ? "\t-" : "\t" + std::to_string(cited) + "/" + std::to_string(all);
        }
    }
    print(out + "\n\n" + std::to_string(sum.second) + " of " + std::to_string(sum.first) + " in all\n");
    return exit_passed;
}

}  // namespace smtpspec::runner
