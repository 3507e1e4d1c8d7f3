#include "script/dialogue.h"

#include "script/observation.h"
#include "script/reply_pattern.h"
#include "script/toml_value.h"

#include <algorithm>
#include <array>
#include <map>

#include <sys/socket.h>

namespace smtpspec::script {

namespace {

constexpr int most_repetitions = 100'000;
constexpr int largest_piece = 1'000'000;

bool has_prefix_of_saying(std::string_view word) {
    return word.starts_with("C:") || word.starts_with("C|") || word.starts_with("C=") || word.starts_with("C/");
}

Template with_line_end(Template line) {
    line.raw += "\\r\\n";
    return line;
}

std::vector<Template> quoted_pieces(Scanner& scanner) {
    std::vector<Template> pieces;
    do {
        pieces.push_back(scanner.quoted_template("octets"));
    } while (!scanner.at_end());
    return pieces;
}

void read_say(Scanner& scanner, DialogueLine& line) {
    Send send;
    if (scanner.take_prefix("C:")) {
        send.writes.push_back(with_line_end(scanner.rest_as_template()));
    } else if (scanner.take_prefix("C|")) {
        send.writes.push_back(with_line_end(scanner.rest_as_template()));
        line.grouped = true;
    } else if (scanner.take_prefix("C=")) {
        std::vector<Template> pieces = quoted_pieces(scanner);
        for (std::size_t i = 1; i < pieces.size(); ++i) pieces[0].raw += pieces[i].raw;
        pieces.resize(1);
        send.writes = std::move(pieces);
    } else {
        scanner.take_prefix("C/");
        send.await_taken = true;
        if (scanner.at_quotes()) {
            send.writes = quoted_pieces(scanner);
        } else {
            send.piece = scanner.number_before(":", "the size of the pieces", 1, largest_piece);
            send.writes.push_back(with_line_end(scanner.rest_as_template()));
        }
    }
    line.statement.act = std::move(send);
}

void read_send(Scanner& scanner, DialogueLine& line) {
    scanner.require("message");
    SendMessage send;
    if (scanner.take("of")) {
        const Position at = scanner.here();
        send.octets = scanner.word_template("the number of octets");
        const std::string& raw = send.octets->raw;
        if (!raw.starts_with("${") &&
            !std::all_of(raw.begin(), raw.end(), [](char c) { return c >= '0' && c <= '9'; })) {
            throw Mistake(at, "the number of octets must be a number or `${…}`");
        }
        scanner.require("octets");
    } else if (!scanner.at_end()) {
        const Position at = scanner.here();
        send.file = std::string(scanner.word());
        scanner.mention(Mention::What::message, send.file, at);
    }
    scanner.require_end();
    line.statement.act = std::move(send);
}

void read_given(Scanner& scanner, DialogueLine& line) {
    constexpr std::array<std::string_view, 6> kinds{"EHLO", "HELO", "login", "transaction", "mail", "DATA"};
    constexpr std::array<GivenKind, 6> meaning{GivenKind::ehlo,        GivenKind::helo, GivenKind::login,
                                               GivenKind::transaction, GivenKind::mail, GivenKind::data};
    Given given{};
    given.kind = meaning[scanner.choose(kinds, "precondition")];
    if (given.kind == GivenKind::login) {
        given.login = scanner.role(Mention::What::hosted_role);
    } else if (given.kind == GivenKind::transaction || given.kind == GivenKind::mail) {
        scanner.require("to");
        given.to.push_back(scanner.role(Mention::What::role));
        while (!scanner.at_end() && scanner.peek() != "from") given.to.push_back(scanner.role(Mention::What::role));
        if (scanner.take("from")) {
            given.from = scanner.role(Mention::What::role);
        } else {
            scanner.mention(Mention::What::role, given.from, scanner.here());
        }
    }
    scanner.require_end();
    line.statement.act = std::move(given);
}

void read_repeat(Scanner& scanner, DialogueLine& line) {
    Repeat repeat;
    if (scanner.peek().starts_with("${")) {
        repeat.computed = scanner.word_template("the number of times");
    } else {
        repeat.times = scanner.number("the number of times", 0, most_repetitions);
    }
    scanner.require_end();
    line.part = DialogueLine::Part::repeat;
    line.statement.act = std::move(repeat);
}

void read_server(Scanner& scanner, DialogueLine& line) {
    constexpr std::array<std::string_view, 6> acts{"reload", "stop", "kill", "start", "listens", "does"};
    const std::size_t act = scanner.choose(acts, "act of the server");
    line.needs_alone = act < 4;
    if (act >= 4) {
        ListenCheck check{};
        check.listens = act == 4;
        if (!check.listens) {
            scanner.require("not");
            scanner.require("listen");
        }
        scanner.require("on");
        const Position at = scanner.here();
        check.address = {scanner.ip_address(AF_UNSPEC), at};
        constexpr std::array<std::string_view, 2> ports{"incoming", "outgoing"};
        check.port = scanner.choose(ports, "port") == 0 ? PortRole::incoming : PortRole::outgoing;
        line.statement.act = std::move(check);
    } else {
        constexpr std::array<ServerAct, 4> meaning{ServerAct::reload, ServerAct::stop, ServerAct::kill,
                                                   ServerAct::start};
        ServerStep step{meaning[act]};
        if (step.act == ServerAct::start && scanner.take("fails")) step.act = ServerAct::start_fails;
        line.statement.act = step;
    }
    scanner.require_end();
}

void read_client_act(Scanner& scanner, DialogueLine& line, ClientAct act) {
    scanner.require_end();
    line.statement.act = act;
}

void read_start(Scanner& scanner, DialogueLine& line) {
    scanner.require("TLS");
    constexpr std::array<std::string_view, 4> versions{"1.0", "1.1", "1.2", "1.3"};
    StartTls start;
    while (!scanner.at_end()) {
        if (scanner.take("for")) {
            start.name = scanner.quoted_template("the name that the certificate is for");
        } else if (scanner.take("anonymously")) {
            start.anonymous = true;
        } else {
            start.version = versions[scanner.choose(versions, "version of TLS")];
        }
    }
    line.statement.act = std::move(start);
}

void read_connect(Scanner& scanner, DialogueLine& line) {
    if (!scanner.take("until")) return read_client_act(scanner, line, ClientAct::connect);
    Expect expect = read_expectation(scanner, false, line.statement.words);
    expect.reconnecting = true;
    line.statement.act = std::move(expect);
}

using Reader = void (*)(Scanner&, DialogueLine&);

/// Every statement but those that begin with `C` or `S`.
const std::map<std::string_view, Reader>& readers() {
    static const std::map<std::string_view, Reader> table{
        {"send", read_send},
        {"given", read_given},
        {"repeat", read_repeat},
        {"server", read_server},
        {"mailbox", [](Scanner& s, DialogueLine& line) { line.statement.act = read_mailbox_check(s); }},
        {"sink", [](Scanner& s, DialogueLine& line) { line.statement.act = read_sink(s, line.needs_alone); }},
        {"dns", [](Scanner& s, DialogueLine& line) { line.statement.act = read_dns(s); }},
        {"connect", read_connect},
        {"start", read_start},
        {"half-close", [](Scanner& s, DialogueLine& line) { read_client_act(s, line, ClientAct::half_close); }},
        {"close", [](Scanner& s, DialogueLine& line) { read_client_act(s, line, ClientAct::close); }},
        {"abort", [](Scanner& s, DialogueLine& line) { read_client_act(s, line, ClientAct::abort); }},
        {"end",
         [](Scanner& s, DialogueLine& line) {
             s.require_end();
             line.part = DialogueLine::Part::end;
         }},
        {"set",
         [](Scanner& s, DialogueLine& line) {
             line.needs_alone = true;
             line.statement.act = read_setting(s);
         }},
    };
    return table;
}

bool about_a_client(const DialogueLine& line) {
    return std::holds_alternative<Send>(line.statement.act) ||
           std::holds_alternative<SendMessage>(line.statement.act) ||
           std::holds_alternative<Expect>(line.statement.act) ||
           std::holds_alternative<ClientAct>(line.statement.act) ||
           std::holds_alternative<StartTls>(line.statement.act) || std::holds_alternative<Given>(line.statement.act);
}

void read_statement(Scanner& scanner, DialogueLine& line) {
    const std::string_view word = scanner.peek();
    if (has_prefix_of_saying(word)) {
        read_say(scanner, line);
    } else if (word.starts_with("S:") || word.starts_with("S?")) {
        const bool precondition = scanner.take_prefix("S?");
        if (!precondition) scanner.take_prefix("S:");
        line.statement.act = read_expectation(scanner, precondition, line.statement.words);
    } else if (const auto reader = readers().find(word); reader != readers().end()) {
        scanner.word();
        reader->second(scanner, line);
    } else {
        scanner.fail("unknown statement " + in_quotes(word), did_you_mean(word, dialogue_words()));
    }
}

}  // namespace

bool begins_dialogue_statement(std::string_view word) {
    return has_prefix_of_saying(word) || word.starts_with("S:") || word.starts_with("S?") || readers().contains(word);
}

bool may_stand_in_head(std::string_view word) {
    return word == "sink" || word == "dns" || word == "end";
}

const std::vector<std::string_view>& dialogue_words() {
    static const std::vector<std::string_view> words = [] {
        std::vector<std::string_view> all{"C:", "C|", "C=", "C/", "S:", "S?"};
        for (const auto& [word, reader] : readers()) all.push_back(word);
        return all;
    }();
    return words;
}

ChangeSetting read_setting(Scanner& scanner) {
    ChangeSetting change;
    const Position at = scanner.here();
    change.name = std::string(scanner.require_word("the name of a setting"));
    scanner.mention(Mention::What::setting, change.name, at);
    scanner.require("=");
    if (scanner.at_end()) scanner.fail("the value is missing");
    const Position value_at = scanner.here();
    change.value = scanner.rest();
    if (const auto problem = problem_of_toml_value(change.value)) {
        throw Mistake(value_at, "not a TOML value: " + *problem);
    }
    return change;
}

DialogueLine read_dialogue_line(const SourceLine& source, const std::vector<Client>& clients) {
    Scanner scanner(source);
    DialogueLine line;
    line.statement.at = scanner.here();
    line.statement.text = scanner.line().text().substr(scanner.offset());
    const std::string_view first = scanner.peek();
    if (!begins_dialogue_statement(first)) {
        Scanner ahead(source);
        ahead.word();
        const bool declared =
            std::any_of(clients.begin(), clients.end(), [&](const Client& client) { return client.name == first; });
        if (declared || begins_dialogue_statement(ahead.peek())) {
            line.client_at = scanner.here();
            line.statement.client = std::string(scanner.word());
        }
    }
    read_statement(scanner, line);
    line.mentions = std::move(scanner.mentions);
    if (!line.statement.client.empty() && !(line.part == DialogueLine::Part::statement && about_a_client(line))) {
        throw Mistake(line.client_at, "only what a client does or hears has a client's name before it");
    }
    return line;
}

}  // namespace smtpspec::script
