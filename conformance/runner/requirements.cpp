#include "runner/requirements.h"

#include "runner/text.h"

#include <algorithm>
#include <stdexcept>

namespace smtpspec::runner {

std::string Requirement::source() const {
    return rfc == "settings" ? (level == "DECIDED" ? "decision " : "documented setting ") + id
                             : "RFC " + rfc + " §" + section;
}

void Requirements::add(std::string_view table, const std::string& file_name) {
    int line_number = 0;
    for (const std::string& line : split(table, '\n')) {
        ++line_number;
        if (line_number == 1 || line.empty()) {
            continue;
        }
        const auto wrong = [&](const std::string& what) {
            throw std::runtime_error(file_name + ":" + std::to_string(line_number) + ": " + what);
        };
        std::vector<std::string> field = split(line, '\t');
        if (field.size() != 10) {
            wrong("a requirement has 10 fields separated by tabs, this line has " + std::to_string(field.size()));
        }
        Requirement row{field[0], field[1], field[2], field[3], field[4], field[5],
                        field[6], field[7], field[8], field[9], {}};
        if (std::find(known_levels().begin(), known_levels().end(), row.level) == known_levels().end()) {
            wrong("unknown level " + row.level + ": it is one of " + join(known_levels(), ", "));
        }
        if (!by_id_.emplace(row.id, rows_.size()).second) {
            wrong("the id " + row.id + " is there already");
        }
        rows_.push_back(std::move(row));
    }
}

void Requirements::add_reasons(std::string_view table, const std::string& file_name) {
    constexpr std::string_view by_need = "needs:";
    int line_number = 0;
    for (const std::string& line : split(table, '\n')) {
        ++line_number;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto wrong = [&](const std::string& what) {
            throw std::runtime_error(file_name + ":" + std::to_string(line_number) + ": " + what);
        };
        const std::vector<std::string> field = split(line, '\t');
        if (field.size() != 2 || field[1].empty()) {
            wrong("the id of a requirement (or a pattern, or needs:WORD), a tab and a reason should stand here");
        }
        bool fits = false;
        for (Requirement& row : rows_) {
            const std::vector<std::string> needs = split(row.needs, ',');
            const bool this_one =
                field[0].starts_with(by_need)
                    ? std::find(needs.begin(), needs.end(), field[0].substr(by_need.size())) != needs.end()
                    : glob_matches(field[0], row.id);
            fits = fits || this_one;
            if (this_one && row.unasked.empty()) {
                row.unasked = field[1];
            }
        }
        if (by_id_.count(field[0]) > 0) {
            reasons_by_id_.insert(field[0]);
        }
        if (!fits) {
            wrong("no requirement is " + field[0] + did_you_mean(field[0], ids()));
        }
    }
}

const Requirement* Requirements::find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &rows_[found->second];
}

std::vector<std::string> Requirements::ids() const {
    std::vector<std::string> out;
    for (const Requirement& row : rows_) {
        out.push_back(row.id);
    }
    return out;
}

const std::vector<std::string>& known_levels() {
    static const std::vector<std::string> levels = {"MUST",   "MUST NOT",   "IMPLIED", "DOCUMENTED",
                                                    "SHOULD", "SHOULD NOT", "DECIDED", "MAY"};
    return levels;
}

}  // namespace smtpspec::runner
