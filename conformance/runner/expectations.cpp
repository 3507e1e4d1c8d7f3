#include "runner/expectations.h"

#include "runner/text.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace smtpspec::runner {
namespace {

bool is_finding(const Result& result) {
    return result.status == Status::fail || result.status == Status::warn || result.status == Status::error;
}

/// The next word, taken off the text.
std::string next_word(std::string_view& text) {
    text = trimmed(text);
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    std::string word(text.substr(0, end));
    text = trimmed(text.substr(end));
    return word;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace

Expectations Expectations::read(std::string_view text, const std::string& file_name) {
    Expectations out;
    int number = 0;
    for (std::string& line : split(text, '\n')) {
        ++number;
        const auto wrong = [&](const std::string& what) {
            throw std::runtime_error(file_name + ":" + std::to_string(number) + ": " + what);
        };
        Line entry{std::move(line), "", ""};
        std::string_view rest = trimmed(entry.text);
        if (!rest.empty() && rest.front() != '#') {
            entry.id = next_word(rest);
            const std::string requirement = next_word(rest);
            entry.reason = rest;
            if (entry.reason.empty()) {
                wrong("a known failure is `ID REQUIREMENT REASON`, and the reason is missing");
            }
            if (std::any_of(out.lines_.begin(), out.lines_.end(),
                            [&](const Line& other) { return other.id == entry.id; })) {
                wrong(entry.id + " is there already");
            }
        }
        out.lines_.push_back(std::move(entry));
    }
    if (!out.lines_.empty() && out.lines_.back().text.empty()) {
        out.lines_.pop_back();  // What follows the last line end is no line.
    }
    return out;
}

const Expectations::Line* Expectations::find(const std::string& id) const {
    const Line* pattern = nullptr;
    for (const Line& line : lines_) {
        if (line.id == id) {
            return &line;
        }
        if (!pattern && !line.id.empty() && glob_matches(line.id, id)) {
            pattern = &line;
        }
    }
    return pattern;
}

std::vector<std::string> Expectations::apply(std::vector<Result>& results, bool of_everything) const {
    struct Seen {
        bool at_all = false;
        bool passed = false;
        bool finding = false;
    };
    std::map<const Line*, Seen> seen;
    for (Result& result : results) {
        const Line* line = find(result.id);
        if (!line) {
            continue;
        }
        Seen& its = seen[line];
        its.at_all = true;
        its.passed = its.passed || result.status == Status::pass;
        if (is_finding(result)) {
            its.finding = true;
            result.known = line->reason;
        }
    }
    std::vector<std::string> stale;
    for (const Line& line : lines_) {
        const Seen its = seen[&line];
        if (!line.id.empty() && ((its.passed && !its.finding) || (!its.at_all && of_everything))) {
            stale.push_back(line.id);
        }
    }
    return stale;
}

std::string Expectations::updated(const std::vector<Result>& results, const std::vector<std::string>& stale) const {
    std::string out;
    for (const Line& line : lines_) {
        if (line.id.empty() || std::find(stale.begin(), stale.end(), line.id) == stale.end()) {
            out += line.text + "\n";
        }
    }
    std::vector<std::string> added;
    for (const Result& result : results) {
        if (is_finding(result) && !find(result.id) && std::find(added.begin(), added.end(), result.id) == added.end()) {
            added.push_back(result.id);
            const std::string requirement = result.citations.empty() ? "-" : result.citations.front();
            const std::string reason = first_line(neutralised(result.reason));
            out += result.id + " " + requirement + " " + (reason.empty() ? to_string(result.status) : reason) + "\n";
        }
    }
    return out;
}

}  // namespace smtpspec::runner
