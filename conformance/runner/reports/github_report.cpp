#include "runner/reports/github_report.h"

#include "runner/text.h"

namespace smtpspec::runner {
namespace {

/// Values of a workflow command: its own separators and line ends as %XX.
std::string escaped(const std::string& text, bool property) {
    std::string out;
    for (const char c : neutralised(text)) {
        switch (c) {
            case '%':
                out += "%25";
                break;
            case '\n':
                out += "%0A";
                break;
            case ':':
                out += property ? "%3A" : ":";
                break;
            case ',':
                out += property ? "%2C" : ",";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace

std::string github_report(const RunRecord& run) {
    std::string out;
    for (const Result& result : run.results) {
        const bool warning = result.status == Status::warn;
        if (!result.known.empty() || (result.status != Status::fail && result.status != Status::error && !warning)) {
            continue;
        }
        out += warning ? "::warning " : "::error ";
        if (const auto colon = result.place.rfind(':'); colon != std::string::npos) {
            out += "file=" + escaped(result.place.substr(0, colon), true) + ",line=" + result.place.substr(colon + 1) +
                   ",";
        }
        out += "title=" + escaped(result.id, true) + "::" + escaped(result.title + "\n" + result.full_reason(), false) +
               "\n";
    }
    return out;
}

}  // namespace smtpspec::runner
