#include "runner/reports/junit_report.h"

#include "runner/reports/terminal_report.h"
#include "runner/text.h"

#include <cstdio>
#include <map>
#include <vector>

namespace smtpspec::runner {
namespace {

constexpr std::size_t dialogue_lines = 200;

std::string seconds(std::chrono::milliseconds duration) {
    char out[32];
    std::snprintf(out, sizeof out, "%.3f", static_cast<double>(duration.count()) / 1000);
    return out;
}

std::string attribute(const char* name, const std::string& value) {
    return std::string(" ") + name + "=\"" + xml_text(value) + "\"";
}

enum class Verdict { passed, failure, error, skipped };

Verdict verdict_of(const Result& result) {
    if (result.status == Status::skip || !result.known.empty()) {
        return Verdict::skipped;
    }
    return result.status == Status::fail    ? Verdict::failure
           : result.status == Status::error ? Verdict::error
                                            : Verdict::passed;
}

std::string details(const Result& result, const Requirements& requirements) {
    std::string out = result.title + "\n";
    for (const std::string& id : result.citations) {
        const Requirement* requirement = requirements.find(id);
        out += id + (requirement ? ", " + requirement->source() + ": " + requirement->summary : "") + "\n";
    }
    out += neutralised(result.full_reason()) + "\n";
    out += result.place.empty() ? "" : "at " + result.place + "\n";
    out += dialogue(result.transcript, dialogue_lines);
    if (!result.server_errors.empty()) {
        out += "standard error of the server:\n" + neutralised(result.server_errors);
    }
    return out;
}

std::string testcase(const Result& result, const std::string& classname, const Requirements& requirements) {
    const std::string name =
        result.id.size() > classname.size() + 1 ? result.id.substr(classname.size() + 1) : result.id;
    std::string out = "    <testcase" + attribute("name", name) + attribute("classname", classname) +
                      attribute("time", seconds(result.duration));
    const std::string reason = neutralised(result.full_reason());
    switch (verdict_of(result)) {
        case Verdict::passed:
            if (result.status == Status::pass) {
                return out + "/>\n";
            }
            return out + ">\n      <system-out>warning: " + xml_text(details(result, requirements)) +
                   "</system-out>\n    </testcase>\n";
        case Verdict::skipped:
            return out + ">\n      <skipped" + attribute("message", reason) + "/>\n    </testcase>\n";
        case Verdict::failure:
            return out + ">\n      <failure" + attribute("message", reason) + attribute("type", result.level) + ">" +
                   xml_text(details(result, requirements)) + "</failure>\n    </testcase>\n";
        case Verdict::error:
            break;
    }
    return out + ">\n      <error" + attribute("message", reason) + attribute("type", "undecided") + ">" +
           xml_text(details(result, requirements)) + "</error>\n    </testcase>\n";
}

struct Suite {
    std::string cases;
    std::size_t count[4] = {};
    std::chrono::milliseconds time{0};

    std::string counts() const {
        const std::size_t all = count[0] + count[1] + count[2] + count[3];
        return attribute("tests", std::to_string(all)) + attribute("failures", std::to_string(count[1])) +
               attribute("errors", std::to_string(count[2])) + attribute("skipped", std::to_string(count[3]));
    }
};

/// The scenario file: the first two parts of most ids. Ids of parameterised cases and nested folders have more, and
/// what is shown as their class need only be stable.
std::string class_of(const std::string& id) {
    const auto first = id.find('/');
    const auto second = first == std::string::npos ? first : id.find('/', first + 1);
    return id.substr(0, second);
}

}  // namespace

std::string xml_text(std::string_view text) {
    std::string out;
    for (const char c : valid_utf8(text)) {
        const auto octet = static_cast<unsigned char>(c);
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\n':
                out += c;
                break;
            default:
                out += octet < 0x20 || octet == 0x7f ? visible(std::string_view(&c, 1)) : std::string(1, c);
        }
    }
    return out;
}

std::string junit_report(const RunRecord& run, const Requirements& requirements) {
    std::vector<std::string> order;
    std::map<std::string, Suite> suites;
    Suite all;
    for (const Result& result : run.results) {
        const std::string classname = class_of(result.id);
        if (!suites.contains(classname)) {
            order.push_back(classname);
        }
        Suite& suite = suites[classname];
        suite.cases += testcase(result, classname, requirements);
        suite.time += result.duration;
        ++suite.count[static_cast<int>(verdict_of(result))];
        ++all.count[static_cast<int>(verdict_of(result))];
    }
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "smtpspec") +
                      all.counts() + attribute("time", seconds(run.duration)) + ">\n";
    const std::string timestamp = run.started.substr(0, 19);  // The schema's type knows no zone.
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Suite& suite = suites[order[i]];
        out += "  <testsuite" + attribute("name", order[i]) + attribute("timestamp", timestamp) +
               attribute("hostname", "localhost") + suite.counts() + attribute("time", seconds(suite.time)) + ">\n" +
               suite.cases + "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

}  // namespace smtpspec::runner
