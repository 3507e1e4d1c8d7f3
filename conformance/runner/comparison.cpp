#include "runner/comparison.h"

#include "runner/text.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace smtpspec::runner {
namespace {

std::string status_of(const Result* result) {
    return result ? to_string(result->status) : "-";
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

}  // namespace

const Result& ComparedCase::any() const {
    return **std::find_if(results.begin(), results.end(), [](const Result* result) { return result != nullptr; });
}

bool ComparedCase::divergent() const {
    return std::any_of(results.begin(), results.end(),
                       [&](const Result* result) { return status_of(result) != status_of(results.front()); });
}

std::vector<ComparedCase> side_by_side(std::span<const RunRecord> runs) {
    std::vector<ComparedCase> rows;
    std::map<std::string, std::size_t> by_id;
    for (std::size_t column = 0; column < runs.size(); ++column) {
        if (runs[column].suite_version != runs.front().suite_version) {
            throw std::runtime_error("these results are of different versions of the suite (" +
                                     runs.front().suite_version + " and " + runs[column].suite_version +
                                     "), whose cases are not the same: run the older one again");
        }
        for (const Result& result : runs[column].results) {
            const auto [known, is_new] = by_id.emplace(result.id, rows.size());
            if (is_new) {
                rows.push_back({std::vector<const Result*>(runs.size())});
            }
            const Result*& cell = rows[known->second].results[column];
            if (!cell || cell->status == Status::pass) {
                cell = &result;
            }
        }
    }
    return rows;
}

std::string comparison(std::span<const RunRecord> runs, const std::vector<std::string>& names) {
    std::vector<ComparedCase> rows = side_by_side(runs);
    std::stable_partition(rows.begin(), rows.end(), [](const ComparedCase& row) { return row.divergent(); });
    std::size_t id_width = 4;
    for (const ComparedCase& row : rows) {
        id_width = std::max(id_width, row.any().id.size());
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
    for (const ComparedCase& row : rows) {
        if (!row.divergent() && divergent > 0 && (&row == rows.data() || (&row - 1)->divergent())) {
            out += "\n";
        }
        divergent += row.divergent() ? 1 : 0;
        std::vector<std::string> cells;
        std::transform(row.results.begin(), row.results.end(), std::back_inserter(cells), status_of);
        out += line(row.any().id, row.any().level, cells);
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
