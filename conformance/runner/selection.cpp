#include "runner/selection.h"

#include "runner/text.h"

#include <algorithm>
#include <stdexcept>

namespace smtpspec::runner {
namespace {

/// @FILE replaced by its lines; comments and empty lines left out.
std::vector<std::string> with_files_read(const std::vector<std::string>& patterns) {
    std::vector<std::string> out;
    for (const std::string& pattern : patterns) {
        if (!pattern.starts_with('@')) {
            out.push_back(pattern);
            continue;
        }
        for (const std::string& line : split(read_file(pattern.substr(1)), '\n')) {
            const std::string_view word = trimmed(line);
            if (!word.empty() && word.front() != '#') {
                out.emplace_back(word);
            }
        }
    }
    return out;
}

/// "rfc5321" and "rfc5321/rset" select everything below them.
bool selects(const std::string& pattern, const std::string& id) {
    return glob_matches(pattern, id) || glob_matches(pattern + "/*", id);
}

bool any_selects(const std::vector<std::string>& patterns, const std::string& id) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return selects(pattern, id); });
}

/// Whether an id that begins with `prefix` can match: decided by what stands before the first wildcard.
bool can_match(const std::string& pattern, const std::string& prefix) {
    const std::string literal = pattern.substr(0, pattern.find_first_of("*?"));
    const std::string below = prefix + "/";
    return literal.starts_with(below) || below.starts_with(literal);
}

std::string upper(std::string text) {
    for (char& c : text) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

bool narrowed_away(const SelectedCase& candidate, const Selection& by) {
    const auto among = [](const std::vector<std::string>& wanted, const std::string& value) {
        return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    };
    const script::Case& scenario = candidate.scenario;
    if (!by.levels.empty() && !among(by.levels, candidate.level)) {
        return true;
    }
    if (!by.cites.empty() && std::none_of(scenario.cites.begin(), scenario.cites.end(), [&](const auto& id) {
            return std::any_of(by.cites.begin(), by.cites.end(),
                               [&](const auto& pattern) { return glob_matches(pattern, id); });
        })) {
        return true;
    }
    if (!by.extensions.empty() &&
        std::none_of(scenario.extensions.begin(), scenario.extensions.end(),
                     [&](const auto& keyword) { return among(by.extensions, upper(keyword)); })) {
        return true;
    }
    return !by.risks.empty() && !among(by.risks, scenario.risk) && !(among(by.risks, "any") && !scenario.risk.empty());
}

}  // namespace

std::string level_of(const script::Case& scenario, const Requirements& requirements) {
    if (!scenario.level.empty() || scenario.cites.empty()) {
        return scenario.level;
    }
    const Requirement* first = requirements.find(scenario.cites.front());
    return first ? first->level : "";
}

Selected select(const Catalogue& catalogue, Selection by) {
    by.patterns = with_files_read(by.patterns);
    by.exclude = with_files_read(by.exclude);
    for (std::string& level : by.levels) {
        level = upper(level);
        if (std::find(known_levels().begin(), known_levels().end(), level) == known_levels().end()) {
            throw std::runtime_error("unknown level " + level + ": it is one of " + join(known_levels(), ", "));
        }
    }
    for (std::string& keyword : by.extensions) {
        keyword = upper(keyword);
    }

    Selected out;
    std::vector<std::string> seen_ids;
    std::vector<bool> used(by.patterns.size(), false);
    for (const std::string& prefix : catalogue.prefixes()) {
        if (!by.patterns.empty() && std::none_of(by.patterns.begin(), by.patterns.end(),
                                                 [&](const auto& pattern) { return can_match(pattern, prefix); })) {
            continue;
        }
        script::ParseResult parsed = catalogue.cases(prefix);
        out.diagnostics.insert(out.diagnostics.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
        for (script::Case& scenario : parsed.cases) {
            seen_ids.push_back(scenario.id);
            bool selected = by.patterns.empty();
            for (std::size_t i = 0; i < by.patterns.size(); ++i) {
                if (selects(by.patterns[i], scenario.id)) {
                    used[i] = true;
                    selected = true;
                }
            }
            if (!selected) {
                continue;
            }
            SelectedCase candidate{std::move(scenario), "", false};
            candidate.level = level_of(candidate.scenario, catalogue.requirements());
            if (!narrowed_away(candidate, by)) {
                candidate.excluded = any_selects(by.exclude, candidate.scenario.id);
                out.cases.push_back(std::move(candidate));
            }
        }
    }
    if (!out.diagnostics.empty()) {
        return out;  // A mistake in a file may be why a pattern finds nothing: the mistake is what to report.
    }
    for (std::size_t i = 0; i < by.patterns.size(); ++i) {
        if (!used[i]) {
            std::vector<std::string> candidates = catalogue.prefixes();
            candidates.insert(candidates.end(), seen_ids.begin(), seen_ids.end());
            throw std::runtime_error("no scenario matches " + by.patterns[i] +
                                     did_you_mean(by.patterns[i], candidates) + "; `smtpspec list` shows them all");
        }
    }
    return out;
}

}  // namespace smtpspec::runner
