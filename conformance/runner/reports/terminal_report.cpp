#include "runner/reports/terminal_report.h"

#include "runner/text.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>

namespace smtpspec::runner {
namespace {

constexpr std::size_t dialogue_lines = 24;
constexpr std::size_t line_length = 200;
constexpr std::size_t error_lines = 12;

struct Word {
    const char* text;
    const char* colour;
};

Word word_of(const Result& result) {
    if (!result.known.empty()) {
        return {"KNOWN", "\033[36m"};
    }
    switch (result.status) {
        case Status::pass:
            return {"PASS", "\033[32m"};
        case Status::fail:
            return {"FAIL", "\033[1;31m"};
        case Status::warn:
            return {"WARN", "\033[33m"};
        case Status::skip:
            return {"SKIP", "\033[36m"};
        case Status::error:
            break;
    }
    return {"ERROR", "\033[35m"};
}

std::string painted(const std::string& text, const char* colour, const TerminalStyle& style) {
    return style.colour ? colour + text + "\033[0m" : text;
}

std::string cut(const std::string& line) {
    return line.size() <= line_length
               ? line
               : line.substr(0, line_length) + "… (" + std::to_string(line.size()) + " characters)";
}

std::string indented(const std::string& text, const std::string& indent) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        out += indent + line + "\n";
    }
    return out;
}

const char* arrow_of(const std::string& direction) {
    return direction == "sent" ? "C: " : direction == "received" ? "S: " : "-- ";
}

std::string event_text(const client::TranscriptEntry& entry) {
    if (entry.direction == "sent" || entry.direction == "received") {
        return visible(entry.data);
    }
    const std::string words = visible(entry.data);
    return entry.direction == "note" ? words : entry.direction + (words.empty() ? "" : " " + words);
}

std::string citations(const Result& result, const Requirements& requirements) {
    std::string out;
    for (const std::string& id : result.citations) {
        const Requirement* requirement = requirements.find(id);
        out += "    " + (&id == &result.citations.front() ? result.level + ", " : std::string()) +
               (requirement ? requirement->source() + " (" + id + "): " + requirement->summary : id) + "\n";
    }
    return out;
}

/// The ports from which the clients of a case connected: "127.0.0.10:33648 to …".
std::vector<std::string> client_ports(const std::vector<client::TranscriptEntry>& transcript) {
    std::vector<std::string> ports;
    for (const client::TranscriptEntry& entry : transcript) {
        const std::string from = entry.direction == "opened" ? entry.data.substr(0, entry.data.find(' ')) : "";
        if (const auto colon = from.rfind(':'); colon != std::string::npos) {
            ports.push_back(from.substr(colon + 1));
        }
    }
    return ports;
}

/// What a server wrote about this case, if it writes ports; many cases share one standard error.
std::vector<std::string> lines_about(const Result& result) {
    const std::vector<std::string> all = split(trimmed(result.server_errors), '\n');
    const std::vector<std::string> ports = client_ports(result.transcript);
    std::vector<std::string> chosen;
    std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), [&](const std::string& line) {
        return std::any_of(ports.begin(), ports.end(),
                           [&](const std::string& port) { return line.find(port) != std::string::npos; });
    });
    return chosen.empty() ? all : chosen;
}

std::string last_lines(std::vector<std::string> lines, std::size_t count) {
    if (lines.size() > count) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
    }
    for (std::string& line : lines) {
        line = cut(visible(line));
    }
    return join(lines, "\n");
}

std::string finding(const Result& result, const Requirements& requirements, const TerminalStyle& style) {
    const Word word = word_of(result);
    std::string out = painted(word.text, word.colour, style) + " " + result.id + "\n    " + result.title + "\n";
    out += citations(result, requirements);
    if (!result.risk.empty()) {
        out += "    risk: " + result.risk + "\n";
    }
    out += indented(neutralised(result.full_reason()), "  ! ");
    if (!result.place.empty()) {
        out += "    at " + result.place + "\n";
    }
    out += dialogue(result.transcript, dialogue_lines);
    if (!trimmed(result.server_errors).empty()) {
        out +=
            "    the server's standard error:\n" + indented(last_lines(lines_about(result), error_lines), "      | ");
    }
    return out + "\n";
}

std::string one_line(const Result& result, const TerminalStyle& style) {
    const Word word = word_of(result);
    const std::string reason = neutralised(result.full_reason());
    return painted(word.text, word.colour, style) + " " + result.id + (reason.empty() ? "" : "  " + reason) + "\n";
}

/// "unsupported-extension 12, excluded 3".
std::string skip_counts(const RunRecord& run) {
    std::map<std::string, std::size_t> counts;
    for (const Result& result : run.results) {
        if (result.status == Status::skip) {
            ++counts[to_string(result.skip)];
        }
    }
    std::string out;
    for (const auto& [reason, count] : counts) {
        out += (out.empty() ? "" : ", ") + reason + " " + std::to_string(count);
    }
    return out;
}

/// What more could be checked, and with which option: "With --recipient ADDRESS 32 more cases could be judged."
std::string more_with(const RunRecord& run) {
    std::map<std::string, std::size_t> counts;
    for (const Result& result : run.results) {
        if (!result.remedy.empty()) {
            ++counts[result.remedy];
        }
    }
    std::string out;
    for (const auto& [remedy, count] : counts) {
        out += (remedy.starts_with("--") ? "With " : "") + remedy + ": " + std::to_string(count) +
               (count == 1 ? " case more.\n" : " cases more.\n");
    }
    return out;
}

}  // namespace

std::string dialogue(const std::vector<client::TranscriptEntry>& transcript, std::size_t limit) {
    std::vector<std::string> lines;
    for (const client::TranscriptEntry& entry : transcript) {
        if (entry.client == "fence" && entry.direction != "note") {
            continue;  // The suite's own: what it found out is in a note.
        }
        char time[24];
        std::snprintf(time, sizeof time, "%8.3f ", static_cast<double>(entry.at_ms) / 1000);
        const std::string head =
            time + (entry.client.empty() ? "" : visible(entry.client) + " ") + arrow_of(entry.direction);
        // Several lines in one event are shown one by one, each with its line end.
        std::string_view rest = entry.data;
        const bool octets = entry.direction == "sent" || entry.direction == "received";
        do {
            const auto end = octets ? rest.find('\n') : std::string_view::npos;
            const std::string_view line = rest.substr(0, end == std::string_view::npos ? end : end + 1);
            lines.push_back("    " + head + cut(event_text({0, "", entry.direction, std::string(line)})) + "\n");
            rest.remove_prefix(line.size());
        } while (!rest.empty());
    }
    std::string out;
    if (lines.size() > limit) {
        out = "      (" + std::to_string(lines.size() - limit) + " lines before)\n";
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(limit));
    }
    return out + join(lines, "");
}

std::string terminal_report(const RunRecord& run, const Requirements& requirements, const TerminalStyle& style) {
    std::string out;
    std::map<std::string, std::size_t> same_reason;
    for (const Result& result : run.results) {
        const bool quiet = result.status == Status::pass || result.status == Status::skip || !result.known.empty();
        if (quiet) {
            out += style.verbose ? one_line(result, style) : "";
            continue;
        }
        // One cause, a thousand cases: the first says it all.
        if (result.status == Status::error && result.transcript.empty() && ++same_reason[result.reason] > 1) {
            out += style.verbose ? one_line(result, style) : "";
            continue;
        }
        out += finding(result, requirements, style);
    }
    for (const auto& [reason, count] : same_reason) {
        if (count > 1) {
            out += std::to_string(count - 1) +
                   " more cases could not be run for the same reason: " + neutralised(reason) + "\n";
        }
    }
    return out + more_with(run) + terminal_summary(run, style);
}

std::string terminal_summary(const RunRecord& run, const TerminalStyle& style) {
    const std::size_t total = run.results.size();
    const auto known = std::count_if(run.results.begin(), run.results.end(),
                                     [](const Result& result) { return !result.known.empty(); });
    const double seconds = std::max(static_cast<double>(run.duration.count()), 1.0) / 1000;
    char speed[64];
    std::snprintf(speed, sizeof speed, " in %.2f s (%.0f cases/s)", seconds, static_cast<double>(total) / seconds);
    const bool green = run.count(Status::fail) + run.count(Status::error) == 0;
    const std::string skips = skip_counts(run);
    std::string out = std::to_string(total) + (total == 1 ? " case: " : " cases: ") +
                      std::to_string(run.count(Status::pass)) + " passed, " + std::to_string(run.count(Status::fail)) +
                      " failed, " + std::to_string(run.count(Status::warn)) + " warned, " +
                      std::to_string(run.count(Status::skip)) + " skipped" + (skips.empty() ? "" : " (" + skips + ")") +
                      ", " + std::to_string(run.count(Status::error)) + " undecided" + speed;
    if (known > 0) {
        out += "; " + std::to_string(known) + " known";
    }
    if (run.not_run > 0) {
        out += "; " + std::to_string(run.not_run) + " not run";
    }
    return painted(out, green ? "\033[32m" : "\033[31m", style) + "\n";
}

void ProgressLine::add(const Result& result) {
    ++done_;
    failed_ += result.status == Status::fail || result.status == Status::error ? 1 : 0;
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::milliseconds(100) && done_ != total_) {
        return;
    }
    shown_ = now;
    out_ << "\r\033[K" << done_ << "/" << total_ << (failed_ ? ", " + std::to_string(failed_) + " failed" : "") << "  "
         << result.id << std::flush;
}

void ProgressLine::clear() {
    out_ << "\r\033[K" << std::flush;
}

}  // namespace smtpspec::runner
