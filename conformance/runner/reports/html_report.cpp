#include "runner/reports/html_report.h"

#include "runner/reports/junit_report.h"
#include "runner/reports/terminal_report.h"
#include "runner/text.h"

namespace smtpspec::runner {
namespace {

constexpr std::size_t dialogue_lines = 400;

constexpr const char* style = R"(
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; }
pre { background: #8881; padding: .6rem; overflow-x: auto; font-size: 13px; }
summary { cursor: pointer; } code { font-size: 13px; }
.pass { color: #17803d; } .fail { color: #c2181f; font-weight: bold; } .warn { color: #9a6700; }
.skip { color: #57606a; } .error { color: #8250df; }
:root { color-scheme: light dark; }
)";

std::string label(Status status) {
    const std::string word = to_string(status);
    return "<span class=\"" + word + "\">" + word + "</span>";
}

std::string requirements_of(const Result& result, const Requirements& requirements) {
    std::string out;
    for (const std::string& id : result.citations) {
        const Requirement* requirement = requirements.find(id);
        out += "<li><code>" + xml_text(id) + "</code>" +
               (requirement ? " " + xml_text(requirement->level + ", " + requirement->source()) + ": " +
                                  xml_text(requirement->summary)
                            : "") +
               "</li>\n";
    }
    return "<ul>\n" + out + "</ul>\n";
}

std::string details(const Result& result, const Requirements& requirements) {
    std::string out = "<details><summary>" + label(result.status) + " <code>" + xml_text(result.id) + "</code> " +
                      xml_text(neutralised(result.full_reason())) + "</summary>\n<p>" + xml_text(result.title) +
                      "</p>\n" + requirements_of(result, requirements);
    out += result.risk.empty() ? "" : "<p>risk: " + xml_text(result.risk) + "</p>\n";
    out += result.place.empty() ? "" : "<p><code>" + xml_text(result.place) + "</code></p>\n";
    if (!result.transcript.empty()) {
        out += "<pre>" + xml_text(dialogue(result.transcript, dialogue_lines)) + "</pre>\n";
    }
    if (!result.server_errors.empty()) {
        out += "<p>standard error of the server:</p><pre>" + xml_text(neutralised(result.server_errors)) + "</pre>\n";
    }
    return out + "</details>\n";
}

std::string section(const char* title, const RunRecord& run, Status status, const Requirements& requirements) {
    std::string out;
    for (const Result& result : run.results) {
        out += result.status == status ? details(result, requirements) : "";
    }
    return out.empty() ? "" : std::string("<h2>") + title + "</h2>\n" + out;
}

}  // namespace

std::string html_report(const RunRecord& run, const Requirements& requirements) {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>smtpspec: " + xml_text(run.target) +
        "</title><style>" + style +
        "</style></head><body>\n<h1>SMTP conformance</h1>\n<table>\n<tr><th>server</th><td>" + xml_text(run.target) +
        "</td></tr>\n<tr><th>its greeting</th><td>" + xml_text(neutralised(run.target_version)) +
        "</td></tr>\n<tr><th>suite</th><td>smtpspec " + xml_text(run.suite_version) +
        "</td></tr>\n<tr><th>started</th><td>" + xml_text(run.started) + "</td></tr>\n";
    for (const Status status : {Status::pass, Status::fail, Status::warn, Status::skip, Status::error}) {
        out += "<tr><th>" + label(status) + "</th><td>" + std::to_string(run.count(status)) + "</td></tr>\n";
    }
    out += "</table>\n<p>" + xml_text(std::string(trimmed(terminal_summary(run, {})))) + "</p>\n";
    out += section("Violations", run, Status::fail, requirements);
    out += section("Undecided", run, Status::error, requirements);
    out += section("Warnings", run, Status::warn, requirements);
    out += section("Not applicable", run, Status::skip, requirements);
    out += section("Passed", run, Status::pass, requirements);
    return out + "</body></html>\n";
}

}  // namespace smtpspec::runner
