#include "script/scenario_reader.h"

#include "script/lint.h"
#include "script/mistake.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace smtpspec::script {

namespace {

constexpr std::size_t most_cases = 10'000;
constexpr std::size_t most_statements = 500'000;
constexpr std::size_t deepest_repeat = 4;

using Lines = std::vector<SourceLine>;

bool begins_statement(std::string_view word) {
    return begins_head_statement(word) || begins_dialogue_statement(word) || word == "each" || word == "oracle";
}

/// Puts the lines of one dialogue together: groups of `C|`, nested repeats.
class DialogueBuilder {
public:
    void add(DialogueLine line) {
        switch (line.part) {
            case DialogueLine::Part::repeat:
                if (open_.size() == deepest_repeat) {
                    throw Mistake(line.statement.at, "`repeat` nested more than 4 deep");
                }
                open_.push_back(std::move(line.statement));
                grouping_ = false;
                break;
            case DialogueLine::Part::end:
                if (open_.empty()) throw Mistake(line.statement.at, "`end` without `repeat`");
                close(line.statement.at);
                break;
            case DialogueLine::Part::statement:
                add_statement(std::move(line));
                break;
        }
    }

    std::vector<Statement> finish() {
        if (!open_.empty()) throw Mistake(open_.back().at, "`repeat` without `end`");
        return std::move(statements_);
    }

private:
    std::vector<Statement>& body() { return open_.empty() ? statements_ : std::get<Repeat>(open_.back().act).body; }

    void add_statement(DialogueLine line) {
        std::vector<Statement>& target = body();
        if (line.grouped && grouping_ && target.back().client == line.statement.client) {
            auto& group = std::get<Send>(target.back().act);
            group.writes.front().raw += std::get<Send>(line.statement.act).writes.front().raw;
            target.back().text += "\n" + line.statement.text;
            return;
        }
        grouping_ = line.grouped;
        target.push_back(std::move(line.statement));
    }

    void close(const Position& at) {
        grouping_ = false;
        Statement repeat = std::move(open_.back());
        open_.pop_back();
        if (std::get<Repeat>(repeat.act).body.empty()) throw Mistake(at, "`repeat` with nothing in it");
        body().push_back(std::move(repeat));
    }

    std::vector<Statement> statements_;
    std::vector<Statement> open_;
    bool grouping_ = false;
};

class ScenarioReader {
public:
    ScenarioReader(const Lines& lines, FileState& file) : lines_(lines), file_(file) {}

    void read() {
        if (!read_name()) return;
        read_title();
        if (!read_tables() || !within_limits()) return;
        std::vector<std::size_t> row(tables_.size(), 0);
        do {
            read_case(row);
        } while (advance(row));
        check_parameters_used();
    }

private:
    bool read_name() {
        Scanner scanner(lines_.front());
        scanner.require("scenario");
        try {
            at_ = scanner.here();
            slug_ = std::string(scanner.require_word("the scenario's name"));
            if (!valid_slug(slug_)) {
                throw Mistake(at_, "bad name of a scenario " + in_quotes(slug_) + ": only `a-z 0-9 . + - _`");
            }
            scanner.require_end();
            if (!file_.slugs.insert(slug_).second) {
                throw Mistake(at_, "the scenario " + in_quotes(slug_) + " stands twice in this file");
            }
            return true;
        } catch (const Mistake& mistake) {
            file_.report(mistake.diagnostic);
            return false;
        }
    }

    void read_title() {
        body_ = lines_.begin() + 1;
        if (body_ != lines_.end() && !begins_statement(Scanner(*body_).peek())) {
            title_ = Scanner(*body_).rest();
            ++body_;
        } else {
            fail(at_, "the title is missing: the first line below `scenario` says in plain words what is required");
        }
    }

    /// `each` and `oracle` are read before anything is substituted; the other lines are kept.
    bool read_tables() {
        bool good = true;
        for (auto next = body_; next != lines_.end();) {
            const SourceLine& line = *next++;
            try {
                Scanner scanner(line);
                if (scanner.peek() == "each") {
                    require_head(scanner);
                    tables_.push_back(read_each(line, next, lines_.end()));
                } else if (scanner.take("oracle")) {
                    require_head(scanner);
                    read_oracle(scanner);
                } else {
                    dialogue_begun_ = dialogue_begun_ || begins_dialogue(line);
                    rest_.push_back(line);
                }
            } catch (const Mistake& mistake) {
                fail(mistake.diagnostic);
                good = false;
                while (next != lines_.end() && Scanner(*next).peek().starts_with('|')) ++next;
            }
        }
        return good && check_columns();
    }

    bool begins_dialogue(const SourceLine& line) const {
        const std::string_view word = Scanner(line).peek();
        return word != "set" && begins_dialogue_statement(word);
    }

    void require_head(const Scanner& scanner) const {
        if (dialogue_begun_) scanner.fail("statements of the head stand before the dialogue");
    }

    void read_oracle(Scanner& scanner) {
        const Position at = scanner.here();
        const std::string name(scanner.require_word("the name of an oracle"));
        scanner.require_end();
        const Oracle* oracle = file_.oracle(name);
        if (!oracle) throw Mistake(at, "there is no oracle " + in_quotes(name));
        oracles_.emplace_back(oracle, at);
    }

    bool check_columns() {
        std::set<std::string_view> seen;
        bool good = true;
        const auto add = [&](const Cell& name, const Position& at) {
            if (seen.insert(name.text).second) return;
            fail(at, "the parameter " + in_quotes(name.text) + " is given twice");
            good = false;
        };
        for (const ParameterTable& table : tables_) {
            for (const Cell& name : table.names) {
                add(name, name.at);
                if (built_in_roles().contains(name.text)) fail(name.at, in_quotes(name.text) + " is a role");
            }
        }
        for (const auto& [oracle, at] : oracles_) {
            if (!oracle->usable()) good = false;
            for (const Cell& name : oracle->gives()) add(name, at);
        }
        return good;
    }

    bool within_limits() {
        std::size_t cases = 1;
        for (const ParameterTable& table : tables_) cases = std::min(most_cases + 1, cases * table.rows.size());
        file_.cases += cases;
        file_.statements += cases * rest_.size();
        if (file_.cases > most_cases) {
            fail(at_, "more than 10000 cases in one file");
            return false;
        }
        if (file_.statements > most_statements) {
            fail(at_, "more than 500000 statements in all cases of one file");
            return false;
        }
        return true;
    }

    bool advance(std::vector<std::size_t>& row) const {
        for (std::size_t i = row.size(); i-- > 0;) {
            if (++row[i] < tables_[i].rows.size()) return true;
            row[i] = 0;
        }
        return false;
    }

    void read_case(const std::vector<std::size_t>& row) {
        const std::size_t failures_before = failures_;
        Parameters parameters;
        std::string id = file_.context.id_prefix + (file_.context.id_prefix.empty() ? "" : "/") + slug_;
        Position at = at_;
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            const std::vector<Cell>& cells = tables_[i].rows[row[i]];
            for (std::size_t k = 0; k < cells.size(); ++k) parameters.emplace(tables_[i].names[k].text, cells[k]);
            id += "/" + slug_of(cells.front().text);
            at = cells.front().at;
        }
        Head head;
        if (!ask_oracles(parameters, head)) return;

        Draft draft;
        draft.head = &head;
        read_lines(parameters, head, draft);
        complete(draft, head, parameters);
        draft.made.id = id;
        draft.made.at = at;
        check(draft, head);
        if (!file_.ids.insert(id).second) fail(at, "a second case with the id " + in_quotes(id));
        if (failures_ == failures_before && named_well()) file_.result.cases.push_back(std::move(draft.made));
    }

    bool named_well() const { return !title_.empty(); }

    bool ask_oracles(Parameters& parameters, Head& head) {
        for (const auto& [oracle, at] : oracles_) {
            try {
                for (const Cell& condition : oracle->conditions()) used_.insert(condition.text);
                auto answer = oracle->answer(parameters, at);
                if (!answer) {
                    std::string values;
                    for (const Cell& condition : oracle->conditions()) {
                        values += (values.empty() ? "" : ", ") + condition.text + " " +
                                  parameters.find(condition.text)->second.text;
                    }
                    throw Mistake(at, "no row of the oracle matches: " + values);
                }
                parameters.merge(answer->gives);
                for (const Cell& id : answer->cites) {
                    head.mentions.push_back({Mention::What::requirement, id.text, id.at});
                    oracle_cites_.push_back(id.text);
                }
            } catch (const Mistake& mistake) {
                fail(mistake.diagnostic);
                return false;
            }
        }
        return true;
    }

    void read_lines(const Parameters& parameters, Head& head, Draft& draft) {
        DialogueBuilder builder;
        bool in_dialogue = false;
        for (std::size_t i = 0; i < rest_.size(); ++i) {
            const SourceLine line = substituted(rest_[i], parameters, used_);
            if (line.blank()) continue;
            try {
                const std::string_view word = Scanner(line).peek();
                const bool head_statement = begins_head_statement(word) && !(in_dialogue && word == "set");
                if (head_statement && in_dialogue) {
                    Scanner(line).fail("statements of the head stand before the dialogue");
                }
                if (head_statement) {
                    read_head_line(line, head, false);
                    continue;
                }
                require_known(line, word, in_dialogue);
                in_dialogue = true;
                add(read_dialogue_line(line), builder, draft);
            } catch (const Mistake& mistake) {
                fail(mistake.diagnostic);
            }
        }
        try {
            draft.made.statements = builder.finish();
        } catch (const Mistake& mistake) {
            fail(mistake.diagnostic);
        }
    }

    /// An unknown word before the dialogue may be a misspelt word of the head.
    static void require_known(const SourceLine& line, std::string_view word, bool in_dialogue) {
        Scanner scanner(line);
        if (word == "scenario") scanner.fail("`scenario` begins in column 1");
        scanner.word();
        if (in_dialogue || begins_dialogue_statement(word) || begins_dialogue_statement(scanner.peek())) return;
        const std::string suggestion = did_you_mean(word, head_words());
        Scanner(line).fail("unknown statement " + in_quotes(word),
                           suggestion.empty() ? did_you_mean(word, dialogue_words()) : suggestion);
    }

    static void add(DialogueLine line, DialogueBuilder& builder, Draft& draft) {
        if (line.needs_alone) draft.alone_wanted.push_back(line.statement.at);
        if (!line.statement.client.empty()) {
            draft.client_names.push_back(line.client_at);
            draft.clients_used.push_back(line.statement.client);
        }
        draft.mentions.insert(draft.mentions.end(), line.mentions.begin(), line.mentions.end());
        builder.add(std::move(line));
    }

    void complete(Draft& draft, Head& head, const Parameters& parameters) {
        Case& made = draft.made;
        const Head& file = file_.head;
        const auto cite = [&](const std::vector<std::string>& ids) {
            for (const std::string& id : ids) {
                if (std::find(made.cites.begin(), made.cites.end(), id) == made.cites.end()) made.cites.push_back(id);
            }
        };
        cite(head.cites);
        cite(file.cites);
        cite(std::exchange(oracle_cites_, {}));
        made.title = title_;
        made.level = head.level;
        made.risk = head.risk.empty() ? file.risk : head.risk;
        if (!file.fixture.empty()) made.fixture = file.fixture;
        if (!head.fixture.empty()) made.fixture = head.fixture;
        made.settings = head.settings;
        made.settings.insert(file.settings.begin(), file.settings.end());
        made.extensions = file.extensions;
        for (const std::string& keyword : head.extensions) {
            if (std::find(made.extensions.begin(), made.extensions.end(), keyword) == made.extensions.end()) {
                made.extensions.push_back(keyword);
            }
        }
        made.alone = file.alone || head.alone;
        made.clients = head.clients.empty() ? std::vector<Client>(1) : head.clients;
        for (const auto& [name, cell] : parameters) made.parameters.emplace(name, cell.text);
    }

    void check(Draft& draft, const Head& head) {
        std::vector<Diagnostic> found;
        check_mentions(head.mentions, file_.context, &head, draft.made.roles, found);
        check_mentions(draft.mentions, file_.context, &head, draft.made.roles, found);
        draft.made.roles.insert(head.roles.begin(), head.roles.end());
        if (draft.made.cites.empty())
            found.push_back({at_, "`cites` is missing: which requirement does this check?", ""});
        for (Diagnostic& diagnostic : found) fail(std::move(diagnostic));
    }

    void check_parameters_used() {
        for (const ParameterTable& table : tables_) {
            for (std::size_t i = 0; i < table.names.size(); ++i) {
                // The first of several columns may be there for the id alone.
                const bool label = i == 0 && table.names.size() > 1;
                if (!label && !used_.contains(table.names[i].text)) {
                    fail(table.names[i].at, "the parameter " + in_quotes(table.names[i].text) + " is not used");
                }
            }
        }
    }

    void fail(Diagnostic diagnostic) {
        ++failures_;
        file_.report(std::move(diagnostic));
    }
    void fail(Position at, std::string message) { fail({std::move(at), std::move(message), ""}); }

    const Lines& lines_;
    FileState& file_;
    Position at_;
    std::string slug_;
    std::string title_;
    Lines::const_iterator body_;
    Lines rest_;
    bool dialogue_begun_ = false;
    std::vector<ParameterTable> tables_;
    std::vector<std::pair<const Oracle*, Position>> oracles_;
    std::vector<std::string> oracle_cites_;
    std::set<std::string, std::less<>> used_;
    std::size_t failures_ = 0;
};

}  // namespace

void FileState::report(Diagnostic diagnostic) {
    result.diagnostics.push_back(std::move(diagnostic));
}

const Oracle* FileState::oracle(std::string_view name) {
    if (const auto found = oracles.find(name); found != oracles.end()) return &found->second;
    const auto text = context.oracle ? context.oracle(name) : std::nullopt;
    if (!text) return nullptr;
    return &oracles.emplace(name, Oracle(name, *text, result.diagnostics)).first->second;
}

void read_scenario(const std::vector<SourceLine>& lines, FileState& file) {
    ScenarioReader(lines, file).read();
}

}  // namespace smtpspec::script
