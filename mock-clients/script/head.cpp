#include "script/head.h"

#include "script/dialogue.h"
#include "script/parameters.h"

#include <algorithm>
#include <array>

#include <sys/socket.h>

namespace smtpspec::script {

namespace {

constexpr std::array<std::string_view, 8> levels{"MUST", "MUST NOT", "SHOULD",     "SHOULD NOT",
                                                 "MAY",  "IMPLIED",  "DOCUMENTED", "DECIDED"};
constexpr std::array<std::string_view, 6> risks{"smuggling", "injection",  "downgrade",
                                                "relay",     "disclosure", "denial-of-service"};

void read_cites(Scanner& scanner, Head& head) {
    if (scanner.at_end()) scanner.fail("`cites` without an id");
    while (!scanner.at_end()) {
        const Position at = scanner.here();
        const std::string id(scanner.word());
        if (std::find(head.cites.begin(), head.cites.end(), id) != head.cites.end()) {
            throw Mistake(at, in_quotes(id) + " is cited twice");
        }
        scanner.mention(Mention::What::requirement, id, at);
        head.cites.push_back(id);
    }
}

void require_first(const Scanner& scanner, const std::string& present, std::string_view statement) {
    if (!present.empty()) scanner.fail(in_quotes(statement) + " stands here a second time");
}

void read_level(Scanner& scanner, Head& head) {
    require_first(scanner, head.level, "level");
    scanner.peek();
    const std::string_view text = std::string_view(scanner.line().text()).substr(scanner.offset());
    const auto found = std::find(levels.begin(), levels.end(), text);
    if (found == levels.end()) {
        scanner.fail("unknown level " + in_quotes(text) + ": " + listed(levels), did_you_mean(text, levels));
    }
    head.level = *found;
}

void read_risk(Scanner& scanner, Head& head) {
    require_first(scanner, head.risk, "risk");
    head.risk = risks[scanner.choose(risks, "risk")];
    scanner.require_end();
}

void read_fixture(Scanner& scanner, Head& head) {
    require_first(scanner, head.fixture, "fixture");
    const Position at = scanner.here();
    head.fixture = std::string(scanner.require_word("the name of a fixture"));
    scanner.mention(Mention::What::fixture, head.fixture, at);
    scanner.require_end();
}

void read_set(Scanner& scanner, Head& head) {
    const Position at = scanner.here();
    ChangeSetting change = read_setting(scanner);
    if (!head.settings.emplace(change.name, std::move(change.value)).second) {
        throw Mistake(at, in_quotes(change.name) + " is set twice");
    }
}

void read_needs(Scanner& scanner, Head& head) {
    constexpr std::array<std::string_view, 3> needs{"extension", "no", "alone"};
    const std::size_t need = scanner.choose(needs, "need");
    if (need == 2) {
        head.alone = true;
        scanner.require_end();
        return;
    }
    if (need == 1) scanner.require("extension");
    std::vector<std::string>& keywords = need == 0 ? head.extensions : head.absent_extensions;
    do {
        std::string keyword(scanner.require_word("the keyword of an extension"));
        std::transform(keyword.begin(), keyword.end(), keyword.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        keywords.push_back(std::move(keyword));
    } while (!scanner.at_end());
}

std::string new_name(Scanner& scanner, std::string_view what) {
    const Position at = scanner.here();
    std::string name(scanner.require_word("the name of a " + std::string(what)));
    if (!valid_name(name)) {
        throw Mistake(
            at, "bad name of a " + std::string(what) + " " + in_quotes(name) + ": a letter, then letters, digits, `_`");
    }
    return name;
}

void read_role(Scanner& scanner, Head& head) {
    const Position at = scanner.here();
    const std::string name = new_name(scanner, "role");
    if (built_in_roles().contains(name))
        throw Mistake(at, in_quotes(name) + " is a role already, without a declaration");
    if (head.roles.contains(name)) throw Mistake(at, "the role " + in_quotes(name) + " is declared twice");
    constexpr std::array<std::string_view, 4> kinds{"hosted", "remote", "unknown", "postmaster"};
    constexpr std::array<RoleKind, 4> meaning{RoleKind::hosted, RoleKind::remote, RoleKind::unknown,
                                              RoleKind::postmaster};
    Role role{meaning[scanner.choose(kinds, "kind of role")], {}};
    if (role.kind == RoleKind::hosted && scanner.take("local-part")) {
        role.local_part = scanner.quoted_template("the local part");
        if (role.local_part.raw.find('%') == std::string::npos) {
            throw Mistake(role.local_part.at, "the local part must contain `%`, which becomes the case's number");
        }
    }
    scanner.require_end();
    head.roles.emplace(name, std::move(role));
    head.declared_roles.emplace(name, at);
}

void read_client(Scanner& scanner, Head& head) {
    const Position at = scanner.here();
    Client client;
    client.name = new_name(scanner, "client");
    if (begins_dialogue_statement(client.name))
        throw Mistake(at, in_quotes(client.name) + " is the name of a statement");
    const bool twice = std::any_of(head.clients.begin(), head.clients.end(),
                                   [&](const Client& other) { return other.name == client.name; });
    if (twice) throw Mistake(at, "the client " + in_quotes(client.name) + " is declared twice");
    constexpr std::array<std::string_view, 4> options{"from", "to", "over", "times"};
    constexpr int most_connections = 10'000;
    constexpr std::array<std::string_view, 3> ports{"incoming", "outgoing", "implicit"};
    constexpr std::array<std::string_view, 3> channels{"plain", "starttls", "implicit"};
    while (!scanner.at_end()) {
        switch (scanner.choose(options, "option of a client")) {
            case 0:
                client.from = scanner.ip_address(AF_UNSPEC);
                break;
            case 1:
                if (std::find(ports.begin(), ports.end(), scanner.peek()) == ports.end()) {
                    const std::string_view word = scanner.peek();
                    if (word.find_first_of(".:") == std::string_view::npos) scanner.fail_word("port", ports);
                    client.to_address = scanner.ip_address(AF_UNSPEC);
                }
                client.to = static_cast<PortRole>(scanner.choose(ports, "port"));
                break;
            case 2:
                client.over = static_cast<Channel>(scanner.choose(channels, "channel"));
                client.over_is_given = true;
                break;
            default:
                client.times = scanner.number("the number of connections", 1, most_connections);
        }
    }
    head.clients.push_back(std::move(client));
    head.declared_clients.push_back(at);
}

struct HeadStatement {
    void (*read)(Scanner&, Head&);
    bool before_scenarios;
};

const std::map<std::string_view, HeadStatement>& statements() {
    static const std::map<std::string_view, HeadStatement> table{
        {"cites", {read_cites, true}},     {"level", {read_level, false}},   {"risk", {read_risk, true}},
        {"fixture", {read_fixture, true}}, {"set", {read_set, true}},        {"needs", {read_needs, true}},
        {"role", {read_role, false}},      {"client", {read_client, false}},
    };
    return table;
}

}  // namespace

bool begins_head_statement(std::string_view word) {
    return statements().contains(word);
}

const std::vector<std::string_view>& head_words() {
    static const std::vector<std::string_view> words = [] {
        std::vector<std::string_view> all{"each", "oracle", "scenario"};
        for (const auto& [word, statement] : statements()) all.push_back(word);
        return all;
    }();
    return words;
}

void read_head_line(const SourceLine& line, Head& head, bool whole_file) {
    Scanner scanner(line);
    const std::string_view word = scanner.peek();
    const auto found = statements().find(word);
    if (found == statements().end())
        scanner.fail("unknown statement " + in_quotes(word), did_you_mean(word, head_words()));
    if (whole_file && !found->second.before_scenarios) {
        scanner.fail(in_quotes(word) + " stands in a scenario, not before the first one");
    }
    scanner.word();
    found->second.read(scanner, head);
    head.mentions.insert(head.mentions.end(), scanner.mentions.begin(), scanner.mentions.end());
}

const std::map<std::string, RoleKind>& built_in_roles() {
    static const std::map<std::string, RoleKind> roles{{"alice", RoleKind::hosted},  {"bob", RoleKind::hosted},
                                                       {"carol", RoleKind::hosted},  {"dave", RoleKind::hosted},
                                                       {"ann", RoleKind::remote},    {"ben", RoleKind::remote},
                                                       {"nobody", RoleKind::unknown}};
    return roles;
}

}  // namespace smtpspec::script
