#include "script/case_reader.h"

#include "script/conditions.h"
#include "script/lint.h"
#include "script/mentions.h"

#include <algorithm>

namespace smtpspec::script {

namespace {

void add_new(std::vector<std::string>& all, const std::vector<std::string>& more) {
    for (const std::string& one : more) {
        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
    }
}

const std::string& first_of(const std::string& first, const std::string& second) {
    return first.empty() ? second : first;
}

bool is_client(const Head& head, std::string_view name) {
    return std::any_of(head.clients.begin(), head.clients.end(),
                       [&](const Client& client) { return client.name == name; });
}

/// An unknown word before the dialogue may be a misspelt word of the head.
void require_known(const SourceLine& line, const Head& head) {
    Scanner scanner(line);
    const std::string_view word = scanner.word();
    if (is_client(head, word) || begins_dialogue_statement(word) || begins_dialogue_statement(scanner.peek())) return;
    const std::string suggestion = did_you_mean(word, head_words());
    Scanner(line).fail("unknown statement " + in_quotes(word),
                       suggestion.empty() ? did_you_mean(word, dialogue_words()) : suggestion);
}

}  // namespace

bool CaseReader::read(Parameters parameters, std::string id, Position at) {
    if (scenario_.named && !file_.ids.insert(id).second) {
        fail({at, "a second case with the id " + in_quotes(id) + "; ids are lower case, and come from the first column",
              ""});
    }
    case_.id = std::move(id);
    case_.at = std::move(at);
    if (!ask_oracles(parameters)) return false;
    read_lines(parameters);
    complete(parameters);
    check();
    return good_;
}

bool CaseReader::ask_oracles(Parameters& parameters) {
    for (const auto& [oracle, at] : scenario_.oracles) {
        try {
            for (const Cell& condition : oracle->conditions()) scenario_.used.insert(condition.text);
            auto answer = oracle->answer(parameters, at);
            if (!answer) {
                std::string values;
                for (const Cell& condition : oracle->conditions()) {
                    values += " " + condition.text + "=" + parameters.find(condition.text)->second.text;
                }
                throw Mistake(at, "no rule of the oracle matches" + values);
            }
            parameters.merge(answer->gives);
            for (const Cell& id : answer->cites) {
                head_.mentions.push_back({Mention::What::requirement, id.text, id.at});
                oracle_cites_.push_back(id.text);
            }
        } catch (const Mistake& mistake) {
            fail(mistake.diagnostic);
            return false;
        }
    }
    return true;
}

void CaseReader::read_lines(const Parameters& parameters) {
    Conditions conditions;
    for (const SourceLine& written : scenario_.lines) {
        try {
            if (Scanner(written).peek() == "when") {
                conditions.open(written, parameters, scenario_.used);
                continue;
            }
            const SourceLine line = substituted(written, parameters, scenario_.used);
            const std::string_view word = Scanner(line).peek();
            if (word == "repeat") conditions.open_repeat();
            const bool kept = conditions.keeps();
            if (word == "end" && conditions.close()) continue;
            if (kept && !line.blank()) read_line(line);
        } catch (const Mistake& mistake) {
            fail(mistake.diagnostic);
        }
    }
    try {
        conditions.finish();
        case_.statements = builder_.finish();
    } catch (const Mistake& mistake) {
        fail(mistake.diagnostic);
    }
}

void CaseReader::read_line(const SourceLine& line) {
    Scanner scanner(line);
    const std::string_view word = scanner.peek();
    if (word == "scenario") scanner.fail("`scenario` begins in column 1");
    if (begins_head_statement(word) && !(in_dialogue_ && word == "set")) {
        if (in_dialogue_) scanner.fail("statements of the head stand before the dialogue");
        read_head_line(line, head_, false);
        return;
    }
    if (!in_dialogue_) require_known(line, head_);
    in_dialogue_ = in_dialogue_ || !may_stand_in_head(word);
    add(read_dialogue_line(line, head_.clients));
}

void CaseReader::add(DialogueLine line) {
    if (line.needs_alone) alone_wanted_.push_back(line.statement.at);
    if (!line.statement.client.empty()) client_names_.emplace_back(line.statement.client, line.client_at);
    for (Mention& mention : line.mentions) {
        if (mention.what == Mention::What::name && mention.name == "i" && !builder_.in_repeat()) {
            fail({mention.at, "`$i` counts the rounds of a `repeat`; there is none around", ""});
        }
        mentions_.push_back(std::move(mention));
    }
    builder_.add(std::move(line));
}

void CaseReader::complete(const Parameters& parameters) {
    const Head& file = file_.head;
    case_.title = scenario_.title;
    case_.cites = head_.cites;
    add_new(case_.cites, file.cites);
    add_new(case_.cites, oracle_cites_);
    case_.level = head_.level;
    case_.risk = first_of(head_.risk, file.risk);
    case_.fixture = first_of(first_of(head_.fixture, file.fixture), case_.fixture);
    case_.settings = head_.settings;
    case_.settings.insert(file.settings.begin(), file.settings.end());
    case_.extensions = file.extensions;
    add_new(case_.extensions, head_.extensions);
    case_.absent_extensions = file.absent_extensions;
    add_new(case_.absent_extensions, head_.absent_extensions);
    case_.alone = file.alone || head_.alone;
    case_.clients = head_.clients.empty() ? std::vector<Client>(1) : head_.clients;
    for (const auto& [name, cell] : parameters) case_.parameters.emplace(name, cell.text);
}

void CaseReader::check() {
    std::vector<Diagnostic> found;
    check_mentions(head_.mentions, file_.context, &head_, case_.roles, found);
    check_mentions(mentions_, file_.context, &head_, case_.roles, found);
    check_roles();
    check_clients();
    if (case_.cites.empty()) {
        found.push_back({scenario_.at, "`cites` is missing: which requirement does this check?", ""});
    }
    if (!case_.alone) {
        for (const Position& at : alone_wanted_) {
            found.push_back(
                {at, "this changes the server or the sink for everybody; the head must say `needs alone`", ""});
        }
    }
    // A dialogue that could not be read would only look as if it could not fail.
    if (good_ && found.empty()) check_sense(case_, found);
    for (Diagnostic& diagnostic : found) fail(std::move(diagnostic));
}

void CaseReader::check_clients() {
    for (const auto& [name, at] : client_names_) {
        if (is_client(head_, name)) continue;
        std::vector<std::string> known;
        for (const Client& client : head_.clients) known.push_back(client.name);
        fail({at, "unknown client " + in_quotes(name), did_you_mean(name, known)});
    }
    // The first one speaks where no name stands.
    for (std::size_t i = 1; i < head_.clients.size(); ++i) {
        const std::string& name = head_.clients[i].name;
        const bool used =
            std::any_of(client_names_.begin(), client_names_.end(), [&](const auto& use) { return use.first == name; });
        if (!used) fail({head_.declared_clients[i], "the client " + in_quotes(name) + " does nothing", ""});
    }
}

void CaseReader::check_roles() {
    for (const auto& [name, at] : head_.declared_roles) {
        if (!case_.roles.contains(name)) fail({at, "the role " + in_quotes(name) + " is not used", ""});
        if (head_.roles.at(name).kind == RoleKind::postmaster) alone_wanted_.push_back(at);
    }
}

void CaseReader::fail(Diagnostic diagnostic) {
    good_ = false;
    file_.report(std::move(diagnostic));
}

}  // namespace smtpspec::script
