#include "runner/commands/commands.h"
#include "runner/fault_review.h"
#include "runner/text.h"
#include "runner/version.h"

#include <algorithm>
#include <ctime>
#include <iostream>

#include <unistd.h>

namespace smtpspec::runner {
namespace {

using Kind = FaultReview::Kind;

std::string plural(std::size_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string first_of(const std::vector<std::string>& ids, std::size_t most) {
    std::vector<std::string> some(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(most, ids.size())));
    return join(some, ", ") + (ids.size() > most ? " and " + std::to_string(ids.size() - most) + " more" : "");
}

/// "2 idle (a/b, c/d)": whoever sees no more than the last line of a log has the names all the same.
std::string counted(const std::vector<std::string>& names, const std::string& what) {
    return std::to_string(names.size()) + " " + what + (names.empty() ? "" : " (" + first_of(names, 3) + ")");
}

std::string reason_of_survivor(const FaultResult& result, const FaultReview& review) {
    const FaultReview::Line* line = review.find(Kind::survivor, result.fault.name, "");
    return line ? line->reason : "";
}

std::string in_words(const std::vector<FaultResult>& results, const FaultReview& review) {
    std::string out;
    for (const FaultResult& result : results) {
        const std::string reason = reason_of_survivor(result, review);
        const bool caught = !result.caught_by.empty();
        out += (caught           ? "caught    "
                : reason.empty() ? "SURVIVES  "
                                 : "survives  ") +
               result.fault.name + ": " + result.fault.what + "\n          ";
        out += caught ? "by " + first_of(result.caught_by, 3) : reason.empty() ? "no case sees it" : reason;
        out += "\n";
    }
    return out;
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char text[sizeof "2026-11-24"];
    std::strftime(text, sizeof text, "%Y-%m-%d", &utc);
    return text;
}

std::string as_markdown(const std::vector<FaultResult>& results, const FaultReview& review, std::size_t caught) {
    std::string out =
        "# Faults, and what sees them\n\n"
        "Each line is a server (`smtp-faulty-server --list`) or a wire in front of one (`smtp-meddler --list`) that "
        "is\n"
        "wrong in exactly one observable way, and the cases that cite what it breaks, go red for it and are fine\n"
        "without it. Written by `smtpspec faults --markdown`\n"
        "of version " +
        std::string(suite_version) + " on " + today() + ": " + plural(results.size(), "fault") + ", " +
        std::to_string(caught) +
        " seen.\n\n| fault | where | breaks | what it does | seen by |\n| --- | --- | --- | --- | --- |\n";
    for (const FaultResult& result : results) {
        const std::string seen = result.caught_by.empty()
                                     ? "**nothing**: " + reason_of_survivor(result, review)
                                     : plural(result.caught_by.size(), "case") + ": `" + result.caught_by.front() + "`";
        out += "| `" + result.fault.name + "` | " + (result.fault.target == "meddled" ? "wire" : "server") + " | " +
               join(result.fault.breaks, ", ") + " | " + result.fault.what + " | " + seen + " |\n";
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

FaultReview read_review(const std::string& file) {
    try {
        return FaultReview::read(file.empty() ? "" : read_file(file), file);
    } catch (const std::runtime_error& error) {
        throw UsageError(error.what());
    }
}

/// Of a fault that nobody sees, what those say who should.
void tell_of_survivor(const FaultResult& result) {
    std::cerr << "no case sees the fault " << result.fault.name << "\n";
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < std::min(most, result.missed_by.size()); ++i) {
        std::cerr << "  " << result.missed_by[i] << "\n";
    }
}

void tell(const MatrixErrors& errors, const std::vector<FaultResult>& results) {
    for (const FaultResult& result : results) {
        if (std::count(errors.survivors.begin(), errors.survivors.end(), result.fault.name) > 0) {
            tell_of_survivor(result);
        }
    }
    for (const std::string& scenario : errors.idle) {
        std::cerr << "no fault is seen by the MUST-level scenario " << scenario << "\n";
    }
    for (const auto& it : errors.strangers) {
        std::cerr << it.scenario << " goes red for the fault " << it.fault << ", and cites nothing that it breaks\n";
    }
    for (const std::string& line : errors.stale) {
        std::cerr << line << "\n";
    }
}

}  // namespace

int faults_command(const FaultsRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    const FaultReview review = read_review(request.review);
    const std::vector<Fault> faults = chosen(list_faults(!request.target.empty()), request.faults);
    const std::string meddled = request.target.empty() ? "" : target_of(request.target, catalogue).string();
    const bool live = ::isatty(STDERR_FILENO) == 1;
    std::size_t done = 0;
    const std::vector<FaultResult> results =
        fault_matrix(catalogue, faults, {request.jobs, request.all_cases, meddled}, [&](const FaultResult& result) {
            ++done;
            if (live) {
                std::cerr << done << "/" << faults.size() << " " << result.fault.name << "\n";
            }
        });
    const auto caught = static_cast<std::size_t>(std::count_if(
        results.begin(), results.end(), [](const FaultResult& result) { return !result.caught_by.empty(); }));
    print(request.markdown ? as_markdown(results, review, caught) : in_words(results, review));

    const MatrixErrors errors = errors_of(results, must_scenarios(selected_cases(catalogue, {})), review,
                                          request.faults.empty() && request.target.empty());
    tell(errors, results);
    std::cerr << plural(results.size(), "fault") << ", " << caught << " seen; " << counted(errors.survivors, "unseen")
              << ", " << counted(errors.idle, "idle") << " and " << errors.strangers.size()
              << " strangers not reviewed\n";
    return errors.any() ? exit_findings : errors.stale.empty() ? exit_passed : exit_stale_expectations;
}

}  // namespace smtpspec::runner
