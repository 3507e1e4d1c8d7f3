#include "script/scenario_reader.h"

#include "script/case_reader.h"
#include "script/dialogue.h"

#include <algorithm>
#include <utility>

namespace smtpspec::script {

namespace {

constexpr std::size_t most_bad_cases = 100;

using Lines = std::vector<SourceLine>;

bool begins_statement(std::string_view word) {
    return begins_head_statement(word) || begins_dialogue_statement(word) || word == "each" || word == "each+" ||
           word == "oracle" || word == "when";
}

/// Reads what the cases of a scenario have in common, then one case for each row of its parameters.
class ScenarioReader {
public:
    ScenarioReader(const Lines& lines, FileState& file) : lines_(lines), file_(file) {}

    void read() {
        scenario_.named = read_name();
        const bool good = read_title() && scenario_.named;
        if (!read_tables() || !within_limits()) return;
        std::vector<std::size_t> row(tables_.size(), 0);
        std::size_t bad = 0;
        do {
            CaseReader reader(scenario_, file_);
            if (!reader.read(parameters_of(row), id_of(row), place_of(row))) {
                ++bad;
            } else if (good) {
                file_.cases.push_back(reader.take());
            }
        } while (bad < most_bad_cases && !file_.too_many_mistakes() && advance(row));
        if (bad == 0) check_parameters_used();
    }

private:
    bool read_name() {
        Scanner scanner(lines_.front());
        scanner.require("scenario");
        scenario_.at = scanner.here();
        try {
            slug_ = std::string(scanner.require_word("the scenario's name"));
            if (!valid_slug(slug_)) {
                throw Mistake(scenario_.at, "bad name of a scenario " + in_quotes(slug_) + ": only `a-z 0-9 . + - _`");
            }
            scanner.require_end();
            if (!file_.slugs.insert(slug_).second) {
                throw Mistake(scenario_.at, "the scenario " + in_quotes(slug_) + " stands twice in this file");
            }
            return true;
        } catch (const Mistake& mistake) {
            file_.report(mistake.diagnostic);
            return false;
        }
    }

    bool read_title() {
        body_ = lines_.begin() + 1;
        if (body_ == lines_.end() || begins_statement(Scanner(*body_).peek())) {
            file_.report({scenario_.at,
                          "the title is missing: the first line below `scenario` says in plain words what is required",
                          ""});
            return false;
        }
        scenario_.title = Scanner(*body_).rest();
        ++body_;
        return true;
    }

    /// `each` and `oracle` are read before anything is put in; the other lines are kept.
    bool read_tables() {
        bool good = true;
        bool in_dialogue = false;
        for (auto next = body_; next != lines_.end();) {
            const SourceLine& line = *next++;
            try {
                Scanner scanner(line);
                const std::string_view word = scanner.peek();
                const bool table = word == "each" || word == "each+" || word == "oracle";
                if (table && in_dialogue) scanner.fail("statements of the head stand before the dialogue");
                if (word == "oracle") {
                    scanner.word();
                    read_oracle(scanner);
                } else if (table) {
                    tables_.push_back(read_each(line, next, lines_.end()));
                } else {
                    in_dialogue =
                        in_dialogue || (word != "set" && begins_dialogue_statement(word) && !may_stand_in_head(word));
                    scenario_.lines.push_back(line);
                }
            } catch (const Mistake& mistake) {
                file_.report(mistake.diagnostic);
                good = false;
                while (next != lines_.end() && Scanner(*next).peek().starts_with('|')) ++next;
            }
        }
        return check_columns() && good;
    }

    void read_oracle(Scanner& scanner) {
        const Position at = scanner.here();
        const std::string name(scanner.require_word("the name of an oracle"));
        scanner.require_end();
        Oracle* oracle = file_.oracle(name);
        if (!oracle) throw Mistake(at, "there is no oracle " + in_quotes(name));
        scenario_.oracles.emplace_back(oracle, at);
    }

    bool check_columns() {
        std::set<std::string_view> seen;
        bool good = true;
        const auto add = [&](const Cell& name, const Position& at) {
            const bool role = built_in_roles().contains(name.text);
            if (role) file_.report({at, "a parameter cannot be called like the role " + in_quotes(name.text), ""});
            const bool twice = !seen.insert(name.text).second;
            if (twice) file_.report({at, "the parameter " + in_quotes(name.text) + " is given twice", ""});
            good = good && !role && !twice;
        };
        for (const ParameterTable& table : tables_) {
            for (const Cell& name : table.names) add(name, name.at);
        }
        for (const auto& [oracle, at] : scenario_.oracles) {
            good = good && oracle->usable();
            for (const Cell& name : oracle->gives()) add(name, at);
        }
        return good;
    }

    bool within_limits() {
        std::size_t cases = 1;
        for (const ParameterTable& table : tables_) {
            cases = std::min<std::size_t>(1'000'000, cases * table.rows.size());
        }
        const std::string exceeded = file_.exceeded_limit(cases, scenario_.lines.size());
        if (!exceeded.empty()) file_.report({scenario_.at, exceeded, ""});
        return exceeded.empty();
    }

    bool advance(std::vector<std::size_t>& row) const {
        for (std::size_t i = row.size(); i-- > 0;) {
            if (++row[i] < tables_[i].rows.size()) return true;
            row[i] = 0;
        }
        return false;
    }

    Parameters parameters_of(const std::vector<std::size_t>& row) const {
        Parameters parameters;
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            const std::vector<Cell>& cells = tables_[i].rows[row[i]];
            for (std::size_t k = 0; k < cells.size(); ++k) parameters.emplace(tables_[i].names[k].text, cells[k]);
        }
        return parameters;
    }

    std::string id_of(const std::vector<std::size_t>& row) const {
        std::string id = file_.context.id_prefix;
        // A scenario named like its file stands for the file.
        if (const std::size_t slash = id.rfind('/'); id.substr(slash + 1) != slug_)
            id += (id.empty() ? "" : "/") + slug_;
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            const Cell& first = tables_[i].rows[row[i]].front();
            if (tables_[i].joined && first.nothing) continue;
            const bool own_part = !tables_[i].joined || first.text.starts_with('/');
            id += (own_part ? "/" : "+") + slug_of(std::string_view(first.text).substr(first.text.starts_with('/')));
        }
        return id;
    }

    /// A case is where the row stands that it alone has.
    Position place_of(const std::vector<std::size_t>& row) const {
        return tables_.empty() ? scenario_.at : tables_.back().rows[row.back()].front().at;
    }

    void check_parameters_used() {
        for (const ParameterTable& table : tables_) {
            for (std::size_t i = 0; i < table.names.size(); ++i) {
                // The first of several columns may be there for the id alone.
                const bool label = i == 0 && table.names.size() > 1;
                const Cell& name = table.names[i];
                if (!label && !scenario_.used.contains(name.text)) {
                    file_.report({name.at, "the parameter " + in_quotes(name.text) + " is not used", ""});
                }
            }
        }
    }

    const Lines& lines_;
    FileState& file_;
    std::string slug_;
    Lines::const_iterator body_;
    std::vector<ParameterTable> tables_;
    ScenarioText scenario_;
};

}  // namespace

void read_scenario(const std::vector<SourceLine>& lines, FileState& file) {
    ScenarioReader(lines, file).read();
}

}  // namespace smtpspec::script
