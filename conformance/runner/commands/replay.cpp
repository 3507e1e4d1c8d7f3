#include "runner/commands/commands.h"
#include "runner/reports/json_report.h"
#include "runner/text.h"
#include "runner/version.h"

#include <algorithm>

namespace smtpspec::runner {

int replay_command(const ReplayRequest& request) {
    RunRecord run = read_json_report(read_file(request.file), request.file);
    std::vector<std::string> ids;
    for (const Result& result : run.results) {
        ids.push_back(result.id);
    }
    if (std::find(ids.begin(), ids.end(), request.id) == ids.end()) {
        throw UsageError(request.file + " has no result of " + request.id + did_you_mean(request.id, ids));
    }
    if (run.suite_version != suite_version) {
        throw UsageError(request.file + " was written by version " + run.suite_version + " of the suite, and this is " +
                         suite_version + ": its scenarios may have changed");
    }
    RunRequest again;
    again.catalogue = request.catalogue;
    again.selection.patterns = {request.id};
    again.verbose = true;
    again.jobs = 1;
    std::map<std::string, std::string>& recorded = run.options;
    again.target = recorded["address"].empty() ? recorded["target"] : "";
    again.address = recorded["address"];
    again.outgoing_address = recorded["outgoing-address"];
    again.settings = recorded["settings"];
    again.recipient = recorded["recipient"];
    again.accounts = recorded["accounts"];
    again.maildir_root = recorded["maildir-root"];
    again.tls = recorded["tls"];
    again.segmentation = recorded["segmentation"];
    again.strict = recorded["strict"] == "true";
    again.read_only = recorded["read-only"] == "true";
    if (!recorded["timeout-scale"].empty()) {
        again.timeout_scale = std::stod(recorded["timeout-scale"]);
    }
    return run_command(again);
}

}  // namespace smtpspec::runner
