#include "runner/reports/page/page.h"

#include "runner/comparison.h"
#include "runner/reports/json_report.h"
#include "runner/reports/junit_report.h"
#include "runner/reports/page/page_parts.h"
#include "runner/text.h"

#include <array>
#include <cstdint>
#include <set>
#include <sstream>

#include <Poco/Base64Encoder.h>
#include <Poco/DeflatingStream.h>

namespace smtpspec::runner {
namespace {

// What a person may still want to read of one case; the `--json` file has it all.
constexpr std::size_t most_events = 300;
constexpr std::size_t most_octets = 2000;

std::string number(std::chrono::milliseconds time) {
    return std::to_string(time.count());
}

std::string talk(const std::vector<client::TranscriptEntry>& transcript) {
    std::string out;
    std::size_t events = 0;
    const auto add = [&](std::int64_t at, const std::string& client, const std::string& direction,
                         const std::string& data) {
        out += (out.empty() ? "[" : ",[") + std::to_string(at) + "," + json_text(client) + "," + json_text(direction) +
               "," + data + "]";
    };
    for (const client::TranscriptEntry& entry : transcript) {
        if (entry.client == "fence" && entry.direction != "note") {
            continue;  // The suite's own: what it found out is in a note.
        }
        if (++events > most_events) {
            add(entry.at_ms, "", "note", json_text("more than is shown here"));
            break;
        }
        const bool spoken = entry.direction == "sent" || entry.direction == "received";
        const std::string_view shown = std::string_view(entry.data).substr(0, most_octets);
        add(entry.at_ms, entry.client, entry.direction, spoken ? json_octets(shown) : json_text(shown));
        if (shown.size() < entry.data.size()) {
            add(entry.at_ms, entry.client, "note",
                json_text(std::to_string(entry.data.size() - shown.size()) + " octets more"));
        }
    }
    return "[" + out + "]";
}

std::string json_result(const Result* result) {
    if (!result) {
        return "null";
    }
    const std::string reason = result->full_reason();
    std::string out = std::string("{\"status\":\"") + to_string(result->status) +
                      "\",\"known\":" + (reason.starts_with("known failure (") ? "true" : "false") +
                      ",\"reason\":" + json_text(reason) + ",\"ms\":" + number(result->duration) +
                      ",\"place\":" + json_text(result->place);
    const std::string errors = result->status == Status::pass ? "" : neutralised(result->server_errors);
    out +=
        ",\"errors\":" + json_text(errors.size() > most_octets ? errors.substr(errors.size() - most_octets) : errors);
    return out + ",\"talk\":" + talk(result->transcript) + "}";
}

std::string json_requirement(const std::string& id, const Requirement& requirement) {
    return json_text(id) + ":{\"level\":" + json_text(requirement.level) + ",\"rfc\":" + json_text(requirement.rfc) +
           ",\"section\":" + json_text(requirement.section) + ",\"source\":" + json_text(requirement.source()) +
           ",\"summary\":" + json_text(requirement.summary) + "}";
}

std::string quoted(const std::string& word) {
    const bool plain = !word.empty() && word.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                            "-_./:@%+=,[]") == std::string::npos;
    std::string out = "'";
    for (const char c : word) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return plain ? word : out + "'";
}

/// The command that runs a case of that run again, without the case's id.
std::string again(const RunRecord& run) {
    std::string out = "smtpspec run";
    for (const auto& [name, value] : run.options) {
        out += name == "seed" ? "" : " --" + name + (value == "true" ? "" : " " + quoted(value));
    }
    return out;
}

std::string json_run(const RunRecord& run, const std::string& name) {
    return "{\"name\":" + json_text(name) + ",\"target\":" + json_text(run.target) +
           ",\"version\":" + json_text(neutralised(run.target_version)) + ",\"started\":" + json_text(run.started) +
           ",\"ms\":" + number(run.duration) + ",\"again\":" + json_text(again(run)) + "}";
}

std::string json_data(std::span<const RunRecord> runs, const std::vector<std::string>& names,
                      const Requirements& requirements) {
    std::string out = "{\"runs\":[";
    for (std::size_t i = 0; i < runs.size(); ++i) {
        out += (i == 0 ? "" : ",") + json_run(runs[i], names[i]);
    }
    out += "],\n\"cases\":[";
    std::set<std::string> cited;
    bool first = true;
    for (const ComparedCase& compared : side_by_side(runs)) {
        const Result& any = compared.any();
        out += std::string(first ? "\n" : ",\n") + "{\"id\":" + json_text(any.id) +
               ",\"title\":" + json_text(any.title) + ",\"level\":" + json_text(any.level) +
               ",\"risk\":" + json_text(any.risk) + ",\"cites\":[";
        for (const std::string& id : any.citations) {
            out += (id == any.citations.front() ? "" : ",") + json_text(id);
            cited.insert(id);
        }
        out += "],\"results\":[";
        for (std::size_t i = 0; i < compared.results.size(); ++i) {
            out += (i == 0 ? "" : ",") + json_result(compared.results[i]);
        }
        out += "]}";
        first = false;
    }
    out += "],\n\"requirements\":{";
    first = true;
    for (const std::string& id : cited) {
        if (const Requirement* requirement = requirements.find(id)) {
            out += (first ? "" : ",") + json_requirement(id, *requirement);
            first = false;
        }
    }
    return out + "}}";
}

std::string packed(const std::string& text) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    Poco::DeflatingOutputStream deflater(encoder, Poco::DeflatingStreamBuf::STREAM_GZIP);
    deflater << text;
    deflater.close();
    encoder.close();
    return out.str();
}

std::string table_of_sums(std::span<const RunRecord> runs, const std::vector<std::string>& names) {
    std::string out = "<table class=\"servers\"><tr><th></th>";
    constexpr std::array statuses = {Status::pass, Status::fail, Status::warn, Status::skip, Status::error};
    for (const Status status : statuses) {
        out += std::string("<th>") + to_string(status) + "</th>";
    }
    out += "</tr>\n";
    for (std::size_t i = 0; i < runs.size(); ++i) {
        out += "<tr><th>" + xml_text(names[i]) + "</th>";
        for (const Status status : statuses) {
            out += "<td>" + std::to_string(runs[i].count(status)) + "</td>";
        }
        out += "</tr>\n";
    }
    return out + "</table>\n";
}

}  // namespace

std::string page(std::span<const RunRecord> runs, const std::vector<std::string>& names,
                 const Requirements& requirements) {
    const std::string title = "SMTP conformance of " + join(names, ", ");
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
        xml_text(title) + "</title>\n<style>\n";
    out += page_style;
    out += "</style>\n</head>\n<body>\n<h1>" + xml_text(title) + "</h1>\n<p class=\"dim\">smtpspec " +
           xml_text(runs.front().suite_version) + "</p>\n<div id=\"page\">\n" + table_of_sums(runs, names) +
           "<noscript>The cases need JavaScript; it is in this page, and fetches nothing.</noscript>\n</div>\n"
           "<script type=\"text/plain\" id=\"data\">";
    out += packed(json_data(runs, names, requirements));
    out += "</script>\n<script>\n";
    out += page_script;
    return out + "</script>\n</body>\n</html>\n";
}

}  // namespace smtpspec::runner
