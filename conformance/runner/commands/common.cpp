#include "runner/commands/commands.h"

#include <cerrno>
#include <cstring>
#include <iostream>

#include <unistd.h>

namespace smtpspec::runner {
namespace fs = std::filesystem;

Catalogue open_catalogue(const std::string& given) {
    try {
        return Catalogue(Catalogue::locate(given));
    } catch (const std::exception& error) {
        throw UsageError(error.what());
    }
}

fs::path target_of(const std::string& given, const Catalogue& catalogue) {
    const fs::path bundled = catalogue.target(given.empty() ? "reference" : given);
    const fs::path path =
        given.empty() || (given.find('/') == std::string::npos && fs::exists(bundled)) ? bundled : fs::absolute(given);
    if (::access(path.c_str(), X_OK) != 0 || fs::is_directory(path)) {
        throw UsageError("the target " + path.string() + (fs::exists(path) ? " is not executable" : " does not exist") +
                         ": --target takes an executable, or the name of one in " +
                         (catalogue.folder() / "targets").string());
    }
    return path;
}

std::vector<SelectedCase> selected_cases(const Catalogue& catalogue, const Selection& selection) {
    Selected selected;
    try {
        selected = select(catalogue, selection);
    } catch (const std::exception& error) {
        throw UsageError(error.what());
    }
    if (!selected.diagnostics.empty()) {
        for (const script::Diagnostic& diagnostic : selected.diagnostics) {
            std::cerr << to_string(diagnostic) << "\n";
        }
        throw UsageError("there are mistakes in the scenario files");
    }
    if (selected.cases.empty()) {
        throw UsageError(
            "no scenario is selected; `smtpspec list` with the same selection shows what a part of it finds");
    }
    return std::move(selected.cases);
}

void print(std::string_view text) {
    errno = 0;
    std::cout << text << std::flush;
    if (!std::cout) {
        throw std::runtime_error(std::string("cannot write to standard output: ") + std::strerror(errno));
    }
}

}  // namespace smtpspec::runner
