#include "runner/reports/tap_report.h"

#include "runner/reports/json_report.h"
#include "runner/text.h"

namespace smtpspec::runner {
namespace {

/// In one line, without what TAP reads as the beginning of a directive.
std::string description(const std::string& text) {
    std::string out;
    for (const char c : visible(text)) {
        out += c == '#' ? "\\#" : std::string(1, c);
    }
    return out;
}

std::string yaml_block(const Result& result) {
    std::string out = "  ---\n  status: " + std::string(to_string(result.status)) +
                      "\n  level: " + json_text(result.level) + "\n  message: " + json_text(result.full_reason()) +
                      "\n  citations:\n";
    for (const std::string& id : result.citations) {
        out += "    - " + json_text(id) + "\n";
    }
    if (!result.place.empty()) {
        out += "  at: " + json_text(result.place) + "\n";
    }
    return out + "  ...\n";
}

}  // namespace

std::string tap_report(const RunRecord& run) {
    std::string out = "TAP version 14\n1.." + std::to_string(run.results.size()) + "\n";
    std::size_t number = 0;
    for (const Result& result : run.results) {
        const bool ok = result.status == Status::pass || result.status == Status::skip || result.status == Status::warn;
        out += (ok ? "ok " : "not ok ") + std::to_string(++number) + " - " + description(result.id);
        if (result.status == Status::skip) {
            out += " # SKIP " + description(result.full_reason());
        } else if (!result.known.empty()) {
            out += " # TODO " + description(result.known);
        }
        out += "\n";
        if (result.status != Status::pass && result.status != Status::skip) {
            out += yaml_block(result);
        }
    }
    return out;
}

}  // namespace smtpspec::runner
