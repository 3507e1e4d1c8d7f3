#include "script/oracle.h"

#include "script/mistake.h"

#include <algorithm>
#include <utility>

namespace smtpspec::script {

namespace {

constexpr std::string_view arrow = "=>";

/// `*`, `a`, `a,b`, `!a`, `!a,b`
bool holds(const Cell& condition, std::string_view value) {
    std::string_view choices = condition.text;
    if (choices == "*") return true;
    const bool negated = choices.starts_with('!');
    if (negated) choices.remove_prefix(1);
    bool found = false;
    while (!choices.empty() && !found) {
        const std::size_t comma = choices.find(',');
        found = choices.substr(0, comma) == value;
        choices.remove_prefix(comma == std::string_view::npos ? choices.size() : comma + 1);
    }
    return found != negated;
}

std::vector<Cell> words_of(const Cell& cell) {
    std::vector<Cell> words;
    std::size_t position = 0;
    while (position < cell.text.size()) {
        const std::size_t end = std::min(cell.text.find(' ', position), cell.text.size());
        if (end > position) {
            Position at = cell.at;
            at.column += static_cast<int>(position);
            words.push_back({cell.text.substr(position, end - position), false, std::move(at)});
        }
        position = end + 1;
    }
    return words;
}

}  // namespace

Oracle::Oracle(std::string_view name, std::string_view text, std::vector<Diagnostic>& diagnostics) : name_(name) {
    const std::string file = "conformance/oracle/" + name_ + ".table";
    const std::size_t before = diagnostics.size();
    for (const SourceLine& line : split_lines(file, text, diagnostics)) {
        if (line.blank() || line.comment()) continue;
        try {
            std::vector<Cell> cells = split_row(line);
            if (conditions_.empty()) {
                read_columns(cells);
            } else {
                read_row(std::move(cells));
            }
        } catch (const Mistake& mistake) {
            diagnostics.push_back(mistake.diagnostic);
            if (conditions_.empty()) return;
        }
    }
    if (rows_.empty() && diagnostics.size() == before) {
        diagnostics.push_back({{file, 1, 1}, "the table has no rows", ""});
    }
}

void Oracle::read_columns(const std::vector<Cell>& cells) {
    const auto middle = std::find_if(cells.begin(), cells.end(), [](const Cell& cell) { return cell.text == arrow; });
    const auto given = static_cast<std::size_t>(cells.end() - middle);
    if (middle == cells.begin() || given < 2 || cells.back().text != "cites") {
        throw Mistake(cells.front().at,
                      "the first row of an oracle names its columns: conditions, `=>`, "
                      "parameters, and `cites` as the last");
    }
    std::set<std::string_view> seen;
    for (const Cell& cell : cells) {
        if (&cell == &*middle) continue;
        if (!valid_name(cell.text)) throw Mistake(cell.at, "bad name of a parameter " + in_quotes(cell.text));
        if (!seen.insert(cell.text).second)
            throw Mistake(cell.at, "the column " + in_quotes(cell.text) + " stands twice");
    }
    conditions_.assign(cells.begin(), middle);
    gives_.assign(middle + 1, cells.end() - 1);
}

void Oracle::read_row(std::vector<Cell> cells) {
    const std::size_t expected = conditions_.size() + gives_.size() + 2;
    if (cells.size() != expected) {
        throw Mistake(cells.front().at, "the row has " + std::to_string(cells.size()) + " cells, the table " +
                                            std::to_string(expected) + " columns");
    }
    const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(conditions_.size());
    if (middle->text != arrow) throw Mistake(middle->at, "`=>` should stand in this column");
    Row row;
    row.cites = words_of(cells.back());
    cells.pop_back();
    cells.erase(middle);
    row.cells = std::move(cells);
    rows_.push_back(std::move(row));
}

std::optional<Oracle::Answer> Oracle::answer(const Parameters& parameters, const Position& asked) const {
    std::vector<std::string_view> values;
    for (const Cell& condition : conditions_) {
        const auto found = parameters.find(condition.text);
        if (found == parameters.end()) {
            throw Mistake(asked, "the oracle " + in_quotes(name_) + " decides by " + in_quotes(condition.text) +
                                     ", which is no parameter of this scenario");
        }
        values.push_back(found->second.text);
    }
    for (const Row& row : rows_) {
        bool matches = true;
        for (std::size_t i = 0; i < values.size() && matches; ++i) matches = holds(row.cells[i], values[i]);
        if (!matches) continue;
        Answer answer;
        for (std::size_t i = 0; i < gives_.size(); ++i) {
            answer.gives.emplace(gives_[i].text, row.cells[conditions_.size() + i]);
        }
        answer.cites = row.cites;
        return answer;
    }
    return std::nullopt;
}

}  // namespace smtpspec::script
