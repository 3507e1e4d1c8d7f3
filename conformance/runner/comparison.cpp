#include "runner/comparison.h"

#include "runner/text.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace smtpspec::runner {
namespace {

struct Row {
    std::string id;
    std::string level;
    std::vector<std::string> statuses;

    bool divergent() const {
        return std::adjacent_find(statuses.begin(), statuses.end(), std::not_equal_to<>()) != statuses.end();
    }
};

/// In the order of the first run, then what only later ones have.
std::vector<Row> rows_of(const std::vector<RunRecord>& runs) {
    std::vector<Row> rows;
    std::map<std::string, std::size_t> by_id;
    for (std::size_t column = 0; column < runs.size(); ++column) {
        for (const Result& result : runs[column].results) {
            const auto [known, is_new] = by_id.emplace(result.id, rows.size());
            if (is_new) {
                rows.push_back({result.id, result.level, std::vector<std::string>(runs.size(), "-")});
            }
            // Of a case that was repeated the worst counts.
            std::string& cell = rows[known->second].statuses[column];
            if (cell == "-" || cell == "pass") {
                cell = to_string(result.status);
            }
        }
    }
    std::stable_partition(rows.begin(), rows.end(), [](const Row& row) { return row.divergent(); });
    return rows;
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

}  // namespace

std::string comparison(const std::vector<RunRecord>& runs, const std::vector<std::string>& names) {
    for (const RunRecord& run : runs) {
        if (run.suite_version != runs.front().suite_version) {
            throw std::runtime_error("these results are of different versions of the suite (" +
                                     runs.front().suite_version + " and " + run.suite_version +
                                     "), whose cases are not the same: run the older one again");
        }
    }
    const std::vector<Row> rows = rows_of(runs);
    std::size_t id_width = 4;
    for (const Row& row : rows) {
        id_width = std::max(id_width, row.id.size());
    }
    std::size_t column_width = 5;
    for (const std::string& name : names) {
        column_width = std::max(column_width, name.size());
    }
    std::string out;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        out += names[i] + ": " + neutralised(runs[i].target) +
               (runs[i].target_version.empty() ? "" : " (" + neutralised(runs[i].target_version) + ")") + ", " +
               runs[i].started + "\n";
    }
    const auto line = [&](const std::string& first, const std::string& second, const std::vector<std::string>& cells) {
        std::string text = padded(first, id_width) + "  " + padded(second, 10);
        for (const std::string& cell : cells) {
            text += "  " + padded(cell, column_width);
        }
        return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
    };
    out += "\n" + line("case", "level", names);
    std::size_t divergent = 0;
    for (const Row& row : rows) {
        if (!row.divergent() && divergent > 0 && (&row == rows.data() || (&row - 1)->divergent())) {
            out += "\n";
        }
        divergent += row.divergent() ? 1 : 0;
        out += line(row.id, row.level, row.statuses);
    }
    for (const Status status : {Status::pass, Status::fail, Status::warn, Status::skip, Status::error}) {
        std::vector<std::string> counts;
        for (const RunRecord& run : runs) {
            counts.push_back(std::to_string(run.count(status)));
        }
        out += (status == Status::pass ? "\n" : "") + line(to_string(status), "", counts);
    }
    return out + std::to_string(divergent) + " of " + std::to_string(rows.size()) + " cases differ\n";
}

}  // namespace smtpspec::runner
