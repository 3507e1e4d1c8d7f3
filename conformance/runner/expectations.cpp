#include "runner/expectations.h"

#include "runner/text.h"

#include <algorithm>
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
            if (out.find(entry.id)) {
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
    const auto found =
        std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) { return !line.id.empty() && line.id == id; });
    return found == lines_.end() ? nullptr : &*found;
}

std::vector<std::string> Expectations::apply(std::vector<Result>& results, bool of_everything) const {
    std::vector<std::string> stale;
    for (Result& result : results) {
        if (const Line* line = find(result.id); line && is_finding(result)) {
            result.known = line->reason;
        }
    }
    for (const Line& line : lines_) {
        if (line.id.empty()) {
            continue;
        }
        bool ran = false;
        bool all_passed = true;
        bool seen = false;
        for (const Result& result : results) {
            if (result.id == line.id) {
                seen = true;
                ran = ran || result.status != Status::skip;
                all_passed = all_passed && result.status == Status::pass;
            }
        }
        if ((ran && all_passed) || (!seen && of_everything)) {
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
