#include "runner/fault_review.h"

#include "runner/text.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace smtpspec::runner {
namespace {

std::string next_word(std::string_view& text) {
    text = trimmed(text);
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    std::string word(text.substr(0, end));
    text = trimmed(text.substr(end));
    return word;
}

bool names(const std::string& glob, const std::string& word) {
    return glob.empty() ? word.empty() : glob_matches(glob, word);
}

}  // namespace

FaultReview FaultReview::read(std::string_view text, const std::string& file_name) {
    FaultReview out;
    int number = 0;
    for (const std::string& whole : split(text, '\n')) {
        ++number;
        std::string_view rest = trimmed(whole);
        if (rest.empty() || rest.front() == '#') {
            continue;
        }
        const std::string place = file_name + ":" + std::to_string(number);
        const std::string kind = next_word(rest);
        Line line{Kind::survivor, "", "", "", place};
        if (kind == "survivor") {
            line.fault = next_word(rest);
        } else if (kind == "idle") {
            line.kind = Kind::idle;
            line.scenario = next_word(rest);
        } else if (kind == "stranger") {
            line.kind = Kind::stranger;
            line.fault = next_word(rest);
            line.scenario = next_word(rest);
        } else {
            throw std::runtime_error(place + ": a line begins with survivor, idle or stranger, not with " +
                                     visible(kind) + did_you_mean(kind, {"survivor", "idle", "stranger"}));
        }
        line.reason = rest;
        if (line.reason.empty()) {
            throw std::runtime_error(place + ": the reason is missing; write `survivor FAULT REASON`, " +
                                     "`idle SCENARIO REASON` or `stranger FAULT CASE REASON`");
        }
        out.lines_.push_back(std::move(line));
    }
    return out;
}

const FaultReview::Line* FaultReview::find(Kind kind, const std::string& fault, const std::string& scenario) const {
    const auto found = std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) {
        return line.kind == kind && names(line.fault, fault) && names(line.scenario, scenario);
    });
    return found == lines_.end() ? nullptr : &*found;
}

std::vector<MustScenario> must_scenarios(const std::vector<SelectedCase>& cases) {
    std::vector<MustScenario> out;
    std::map<std::pair<std::string, std::string>, std::size_t> index;  // by file and title
    for (const SelectedCase& it : cases) {
        if ((it.level != "MUST" && it.level != "MUST NOT") || is_of_access_product(it.scenario.id)) {
            continue;
        }
        const auto [entry, is_new] = index.try_emplace({it.scenario.at.file, it.scenario.title}, out.size());
        if (is_new) {
            out.push_back({it.scenario.id, {}});
        }
        out[entry->second].cases.push_back(it.scenario.id);
    }
    return out;
}

MatrixErrors errors_of(const std::vector<FaultResult>& results, const std::vector<MustScenario>& scenarios,
                       const FaultReview& review, bool whole) {
    using Kind = FaultReview::Kind;
    MatrixErrors out;
    std::set<const FaultReview::Line*> used;
    const auto passes = [&](Kind kind, const std::string& fault, const std::string& scenario) {
        const FaultReview::Line* line = review.find(kind, fault, scenario);
        used.insert(line);
        return line != nullptr;
    };
    std::set<std::string> saw;
    for (const FaultResult& result : results) {
        saw.insert(result.caught_by.begin(), result.caught_by.end());
        if (result.caught_by.empty() && !passes(Kind::survivor, result.fault.name, "")) {
            out.survivors.push_back(result.fault.name);
        }
        for (const std::string& stranger : result.strangers) {
            if (!passes(Kind::stranger, result.fault.name, stranger)) {
                out.strangers.push_back({result.fault.name, stranger});
            }
        }
    }
    if (!whole) {
        return out;
    }
    for (const MustScenario& scenario : scenarios) {
        const bool idle = std::none_of(scenario.cases.begin(), scenario.cases.end(),
                                       [&](const std::string& id) { return saw.count(id) > 0; });
        if (idle && !passes(Kind::idle, "", scenario.name)) {
            out.idle.push_back(scenario.name);
        }
    }
    for (const FaultReview::Line& line : review.lines()) {
        if (line.kind != Kind::stranger && used.count(&line) == 0) {
            out.stale.push_back(line.place + ": " + (line.kind == Kind::idle ? line.scenario : line.fault) +
                                (line.kind == Kind::idle ? " catches a fault now" : " is caught now") +
                                ", or is no more; take the line out");
        }
    }
    return out;
}

}  // namespace smtpspec::runner
