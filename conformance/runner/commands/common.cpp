#include "runner/commands/commands.h"

#include <cerrno>
#include <cstring>
#include <iostream>

namespace smtpspec::runner {

Catalogue open_catalogue(const std::string& given) {
    try {
        return Catalogue(Catalogue::locate(given));
    } catch (const std::exception& error) {
        throw UsageError(error.what());
    }
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
