#include "runner/commands/commands.h"
#include "runner/comparison.h"
#include "runner/reports/json_report.h"
#include "runner/reports/page/page.h"
#include "runner/text.h"

#include <filesystem>

namespace smtpspec::runner {

int compare_command(const CompareRequest& request) {
    std::vector<RunRecord> runs;
    std::vector<std::string> names;
    for (const std::string& file : request.files) {
        runs.push_back(read_json_report(read_file(file), file));
        names.push_back(std::filesystem::path(file).stem().string());
    }
    if (!request.html.empty()) {
        write_file(request.html, page(runs, names, open_catalogue(request.catalogue).requirements()));
    }
    print(comparison(runs, names));
    return exit_passed;
}

}  // namespace smtpspec::runner
