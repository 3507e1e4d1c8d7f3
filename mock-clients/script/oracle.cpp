#include "script/oracle.h"

#include "script/mistake.h"

#include <array>
#include <utility>

namespace smtpspec::script {

namespace {

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

void require_cells(const Position& at, std::size_t found, std::size_t columns, std::string_view what) {
    if (found == columns) return;
    throw Mistake(at, "the rule has " + std::to_string(found) + " " + std::string(what) + ", the table " +
                          std::to_string(columns) + " such columns");
}

}  // namespace

Oracle::Oracle(std::string_view name, std::string_view text, std::vector<Diagnostic>& diagnostics) : name_(name) {
    const std::string file = "conformance/oracle/" + name_ + ".table";
    const std::size_t before = diagnostics.size();
    for (const SourceLine& line : split_lines(file, text, diagnostics)) {
        if (line.blank() || line.comment()) continue;
        try {
            if (conditions_.empty()) {
                read_columns(split(line));
            } else {
                read_rule(split(line));
            }
        } catch (const Mistake& mistake) {
            diagnostics.push_back(mistake.diagnostic);
            if (conditions_.empty()) return;
        }
    }
    if (rules_.empty() && diagnostics.size() == before) {
        diagnostics.push_back({{file, 1, 1}, "the table has no rules", ""});
    }
}

Oracle::Row Oracle::split(const SourceLine& line) {
    Row row;
    std::vector<Cell> cells = split_words(line, 0);
    row.at = cells.front().at;
    const std::array<std::vector<Cell>*, 3> parts{&row.conditions, &row.gives, &row.cites};
    const std::array<std::string_view, 2> separators{"=>", "|"};
    std::size_t part = 0;
    for (Cell& cell : cells) {
        if (part < separators.size() && cell.text == separators[part]) {
            ++part;
        } else {
            parts[part]->push_back(std::move(cell));
        }
    }
    if (part < separators.size()) {
        throw Mistake(row.at, "conditions, `=>`, what is given, `|` and citations make a line of an oracle; " +
                                  in_quotes(separators[part]) + " is missing");
    }
    return row;
}

void Oracle::read_columns(Row row) {
    if (row.conditions.empty() || row.gives.empty()) {
        throw Mistake(row.at, "the first line of an oracle names its columns: conditions, `=>`, parameters, `| cites`");
    }
    std::set<std::string_view> seen;
    for (const std::vector<Cell>* cells : {&row.conditions, &row.gives}) {
        for (const Cell& cell : *cells) {
            if (!valid_name(cell.text)) throw Mistake(cell.at, "bad name of a parameter " + in_quotes(cell.text));
            if (!seen.insert(cell.text).second) {
                throw Mistake(cell.at, "the column " + in_quotes(cell.text) + " stands twice");
            }
        }
    }
    conditions_ = std::move(row.conditions);
    gives_ = std::move(row.gives);
}

void Oracle::read_rule(Row row) {
    require_cells(row.at, row.conditions.size(), conditions_.size(), "conditions");
    require_cells(row.at, row.gives.size(), gives_.size(), "given values");
    if (row.cites.empty()) throw Mistake(row.at, "the rule cites nothing");
    rules_.push_back(std::move(row));
}

std::optional<Oracle::Answer> Oracle::answer(const Parameters& parameters, const Position& asked) {
    std::vector<std::string_view> values;
    for (const Cell& condition : conditions_) {
        const auto found = parameters.find(condition.text);
        if (found == parameters.end()) {
            throw Mistake(asked, "the oracle " + in_quotes(name_) + " decides by " + in_quotes(condition.text) +
                                     ", which is no parameter of this scenario");
        }
        values.push_back(found->second.text);
    }
    for (Row& rule : rules_) {
        bool matches = true;
        for (std::size_t i = 0; i < values.size() && matches; ++i) matches = holds(rule.conditions[i], values[i]);
        if (!matches) continue;
        Answer answer;
        for (std::size_t i = 0; i < gives_.size(); ++i) answer.gives.emplace(gives_[i].text, rule.gives[i]);
        answer.cites = rule.cites;
        rule.answered = true;
        return answer;
    }
    return std::nullopt;
}

std::vector<Position> Oracle::idle_rules() const {
    std::vector<Position> idle;
    for (const Row& rule : rules_) {
        if (!rule.answered) idle.push_back(rule.at);
    }
    return idle;
}

}  // namespace smtpspec::script
