#include "runner/commands/commands.h"
#include "runner/text.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace smtpspec::runner {
namespace fs = std::filesystem;
namespace {

/// The beginning of the ids of a file: where it stands below the scenarios, else its name.
std::string prefix_of(const fs::path& file, const Catalogue& catalogue) {
    fs::path below =
        fs::weakly_canonical(file).lexically_relative(fs::weakly_canonical(catalogue.folder() / "scenarios"));
    const bool inside = !below.empty() && *below.begin() != "..";
    return (inside ? below : file.filename()).replace_extension().string();
}

}  // namespace

int lint_command(const LintRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    std::vector<fs::path> files(request.files.begin(), request.files.end());
    if (files.empty()) {
        for (const std::string& prefix : catalogue.prefixes()) {
            files.push_back(catalogue.scenario_file(prefix));
        }
    }
    std::size_t cases = 0;
    std::size_t mistakes = 0;
    for (const fs::path& file : files) {
        script::ParseResult parsed;
        try {
            parsed = catalogue.parse(file, prefix_of(file, catalogue));
        } catch (const std::exception& error) {
            throw UsageError(error.what());
        }
        for (const script::Diagnostic& diagnostic : parsed.diagnostics) {
            std::cerr << to_string(diagnostic) << "\n";
        }
        cases += parsed.cases.size();
        mistakes += parsed.diagnostics.size();
    }
    print(std::to_string(files.size()) + (files.size() == 1 ? " file, " : " files, ") + std::to_string(cases) +
          " cases, " + std::to_string(mistakes) + (mistakes == 1 ? " mistake\n" : " mistakes\n"));
    return mistakes == 0 ? exit_passed : exit_usage;
}

}  // namespace smtpspec::runner
