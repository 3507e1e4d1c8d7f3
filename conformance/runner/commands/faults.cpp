#include "runner/commands/commands.h"
#include "runner/fault_matrix.h"
#include "runner/text.h"
#include "runner/version.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include <unistd.h>

namespace smtpspec::runner {
namespace {

std::string plural(std::size_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

/// Known survivors: a line `FAULT REASON` for each.
std::map<std::string, std::string> read_survivors(const std::string& file) {
    std::map<std::string, std::string> out;
    if (file.empty()) {
        return out;
    }
    for (const std::string& line : split(read_file(file), '\n')) {
        const std::string text(trimmed(line));
        if (text.empty() || text[0] == '#') {
            continue;
        }
        const auto blank = text.find(' ');
        if (blank == std::string::npos) {
            throw UsageError(file + ": the survivor " + text + " has no reason");
        }
        out[text.substr(0, blank)] = trimmed(text.substr(blank));
    }
    return out;
}

std::string first_of(const std::vector<std::string>& ids, std::size_t most) {
    std::vector<std::string> some(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(most, ids.size())));
    return join(some, ", ") + (ids.size() > most ? " and " + std::to_string(ids.size() - most) + " more" : "");
}

std::string in_words(const std::vector<FaultResult>& results, const std::map<std::string, std::string>& known) {
    std::string out;
    for (const FaultResult& result : results) {
        const auto survivor = known.find(result.fault.name);
        out += result.caught_by.empty() ? (survivor == known.end() ? "SURVIVES  " : "survives  ") : "caught    ";
        out += result.fault.name + ": " + result.fault.what + "\n          ";
        out += result.caught_by.empty() ? (survivor == known.end() ? "no case sees it" : survivor->second)
                                        : "by " + first_of(result.caught_by, 3);
        out += "\n";
    }
    return out;
}

std::string as_markdown(const std::vector<FaultResult>& results, const std::map<std::string, std::string>& known) {
    std::string out =
        "# Faults, and what sees them\n\n"
        "Each line is a server that is wrong in exactly one observable way (`smtp-faulty-server --list`), and the "
        "cases\n"
        "that go red for it and are green without it. Written by `smtpspec faults --markdown` of version " +
        std::string(suite_version) +
        "; the cases that cite what the fault breaks were asked.\n\n"
        "| fault | breaks | what it does | seen by |\n| --- | --- | --- | --- |\n";
    for (const FaultResult& result : results) {
        const auto survivor = known.find(result.fault.name);
        std::string seen = "**nothing**" + (survivor == known.end() ? "" : ": " + survivor->second);
        if (!result.caught_by.empty()) {
            seen = plural(result.caught_by.size(), "case") + ": `" + result.caught_by.front() + "`";
        }
        out += "| `" + result.fault.name + "` | " + join(result.fault.breaks, ", ") + " | " + result.fault.what +
               " | " + seen + " |\n";
    }
    return out;
}

std::vector<Fault> chosen(const std::vector<Fault>& all, const std::vector<std::string>& patterns) {
    std::vector<Fault> out;
    std::vector<std::string> names;
    for (const Fault& fault : all) {
        names.push_back(fault.name);
    }
    for (const std::string& pattern : patterns) {
        if (std::none_of(names.begin(), names.end(), [&](const auto& name) { return glob_matches(pattern, name); })) {
            throw UsageError("there is no fault " + pattern + did_you_mean(pattern, names));
        }
    }
    for (const Fault& fault : all) {
        const auto names_it = [&](const std::string& pattern) { return glob_matches(pattern, fault.name); };
        if (patterns.empty() || std::any_of(patterns.begin(), patterns.end(), names_it)) {
            out.push_back(fault);
        }
    }
    return out;
}

/// MUST-level cases that were asked about some fault and saw none.
std::string idle_cases(const Catalogue& catalogue, const std::vector<FaultResult>& results) {
    std::set<std::string> asked;
    std::set<std::string> saw;
    for (const FaultResult& result : results) {
        asked.insert(result.asked.begin(), result.asked.end());
        saw.insert(result.caught_by.begin(), result.caught_by.end());
    }
    std::string out;
    for (const SelectedCase& it : selected_cases(catalogue, {})) {
        const bool must = it.level == "MUST" || it.level == "MUST NOT";
        if (must && asked.count(it.scenario.id) > 0 && saw.count(it.scenario.id) == 0) {
            out += it.scenario.id + "\n";
        }
    }
    return out;
}

}  // namespace

int faults_command(const FaultsRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    const std::map<std::string, std::string> known = read_survivors(request.survivors);
    const std::vector<Fault> faults = chosen(list_faults(), request.faults);
    const bool live = ::isatty(STDERR_FILENO) == 1;
    std::size_t done = 0;
    const std::vector<FaultResult> results =
        fault_matrix(catalogue, faults, {request.jobs, request.all_cases}, [&](const FaultResult& result) {
            ++done;
            if (live) {
                std::cerr << done << "/" << faults.size() << " " << result.fault.name << "\n";
            }
        });
    print(request.markdown ? as_markdown(results, known) : in_words(results, known));
    if (request.scenarios) {
        print("MUST-level cases that were asked and saw no fault:\n" + idle_cases(catalogue, results));
    }

    int status = exit_passed;
    std::size_t caught = 0;
    for (const FaultResult& result : results) {
        const bool expected = known.count(result.fault.name) > 0;
        caught += result.caught_by.empty() ? 0 : 1;
        if (result.caught_by.empty() && !expected) {
            std::cerr << "no case sees the fault " << result.fault.name << "\n";
            status = exit_findings;
        }
        if (!result.caught_by.empty() && expected && status == exit_passed) {
            std::cerr << "the fault " << result.fault.name << " is seen now; take its line out of " << request.survivors
                      << "\n";
            status = exit_stale_expectations;
        }
    }
    std::cerr << plural(results.size(), "fault") << ", " << caught << " seen\n";
    return status;
}

}  // namespace smtpspec::runner
