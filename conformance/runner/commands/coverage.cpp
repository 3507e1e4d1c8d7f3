#include "runner/commands/commands.h"
#include "runner/reports/json_report.h"
#include "runner/text.h"

#include <iostream>
#include <map>
#include <set>

namespace smtpspec::runner {
namespace {

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

class Coverage {
public:
    Coverage(const Catalogue& catalogue, const Selection& selection) : requirements_(catalogue.requirements()) {
        for (const SelectedCase& selected : selected_cases(catalogue, selection)) {
            for (const std::string& id : selected.scenario.cites) {
                cases_[id].push_back(selected.scenario.id);
            }
        }
    }

    std::string missing() const {
        std::string out;
        for (const Requirement& row : requirements_.all()) {
            if (counts(row) && row.unasked.empty() && cases_of(row).empty()) {
                out += line(row, row.summary);
            }
        }
        return out;
    }

    std::string reasons() const {
        std::string out;
        for (const Requirement& row : requirements_.all()) {
            if (counts(row) && unasked(row)) {
                out += line(row, row.unasked);
            }
        }
        return out;
    }

    std::string json() const {
        std::string out;
        for (const Requirement& row : requirements_.all()) {
            std::string ids;
            for (const std::string& id : cases_of(row)) {
                ids += (ids.empty() ? "" : ", ") + json_text(id);
            }
            out += (out.empty() ? "[\n" : ",\n") + std::string("{\"requirement\": ") + json_text(row.id) +
                   ", \"rfc\": " + json_text(row.rfc) + ", \"level\": " + json_text(row.level) +
                   ", \"observable\": " + (row.observable() ? "true" : "false") +
                   ", \"unasked\": " + json_text(unasked(row) ? row.unasked : "") + ", \"cases\": [" + ids + "]}";
        }
        return out + "\n]\n";
    }

    /// For each RFC and level: requirements that are asked for, and those of them that a case cites.
    std::string table() const {
        std::map<std::string, std::map<std::string, std::pair<std::size_t, std::size_t>>> table;
        std::pair<std::size_t, std::size_t> sum;
        std::size_t with_reason = 0;
        for (const Requirement& row : requirements_.all()) {
            if (!counts(row)) {
                continue;
            }
            if (unasked(row)) {
                ++with_reason;
                continue;
            }
            auto& [all, cited] = table[row.rfc][row.level];
            const std::size_t covered = cases_of(row).empty() ? 0 : 1;
            ++all;
            ++sum.first;
            cited += covered;
            sum.second += covered;
        }
        std::string out = "observable requirements that a case cites, of how many there are\n\nrfc";
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
        return out + "\n\n" + std::to_string(sum.second) + " of " + std::to_string(sum.first) + " in all; " +
               std::to_string(with_reason) + " more are not asked for, for reasons that --reasons tells\n";
    }

    /// Reasons for single requirements that a case cites all the same.
    std::vector<std::string> stale(const std::set<std::string>& reasons_by_id) const {
        std::vector<std::string> out;
        for (const Requirement& row : requirements_.all()) {
            if (reasons_by_id.count(row.id) > 0 && !cases_of(row).empty()) {
                out.push_back(row.id);
            }
        }
        return out;
    }

private:
    static bool counts(const Requirement& row) { return row.observable() && counted_as(row) == row.id; }
    bool unasked(const Requirement& row) const { return !row.unasked.empty() && cases_of(row).empty(); }
    static std::string line(const Requirement& row, const std::string& what) {
        return row.id + "\t" + row.level + "\t" + row.side + "\t" + what + "\n";
    }
    std::vector<std::string> cases_of(const Requirement& row) const {
        const auto own = cases_.find(row.id);
        const auto same = own != cases_.end() ? own : cases_.find(counted_as(row));
        return same == cases_.end() ? std::vector<std::string>{} : same->second;
    }

    const Requirements& requirements_;
    std::map<std::string, std::vector<std::string>> cases_;
};

}  // namespace

int coverage_command(const CoverageRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    const Coverage coverage(catalogue, request.selection);
    if (request.missing) {
        print(coverage.missing());
    } else if (request.reasons) {
        print(coverage.reasons());
        const std::vector<std::string> stale = coverage.stale(catalogue.requirements().reasons_by_id());
        for (const std::string& id : stale) {
            std::cerr << "a case cites " << id << "; take its reason out of requirements/unasked.tsv\n";
        }
        return stale.empty() ? exit_passed : exit_stale_expectations;
    } else {
        print(request.json ? coverage.json() : coverage.table());
    }
    return exit_passed;
}

}  // namespace smtpspec::runner
