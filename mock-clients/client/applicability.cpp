#include "client/applicability.h"

#include "client/mock_client.h"
#include "client/reply_match.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <tuple>

namespace smtpspec::client {

namespace {

bool needs_mailbox(const script::Act& act) {
    if (const auto* count = std::get_if<script::CountCheck>(&act)) return count->place == script::Place::mailbox;
    if (const auto* content = std::get_if<script::ContentCheck>(&act)) return content->place == script::Place::mailbox;
    return false;
}

bool needs_sink(const script::Act& act) {
    if (const auto* count = std::get_if<script::CountCheck>(&act)) return count->place == script::Place::sink;
    if (const auto* content = std::get_if<script::ContentCheck>(&act)) return content->place == script::Place::sink;
    return std::holds_alternative<script::SinkRule>(act) || std::holds_alternative<script::SinkOffers>(act) ||
           std::holds_alternative<script::SinkState>(act) || std::holds_alternative<script::SinkConnections>(act) ||
           std::holds_alternative<script::SinkDialogueCheck>(act) || std::holds_alternative<script::DnsRecord>(act);
}

/// Whether something listens at an address of this machine says something only about a server that was started here.
bool needs_server(const script::Act& act) {
    return std::holds_alternative<script::ServerStep>(act) || std::holds_alternative<script::ListenCheck>(act) ||
           std::holds_alternative<script::ChangeSetting>(act);
}

bool any_needs(const std::vector<script::Statement>& statements, bool (*needs)(const script::Act&)) {
    for (const auto& statement : statements) {
        if (needs(statement.act)) return true;
        const auto* repeat = std::get_if<script::Repeat>(&statement.act);
        if (repeat && any_needs(repeat->body, needs)) return true;
    }
    return false;
}

CaseEnds missing(Outcome outcome, const std::string& what, const std::string& reason) {
    CaseEnds ends(outcome, reason);
    ends.missing = what;
    return ends;
}

bool starts_without_server(const script::Case& played) {
    if (played.statements.empty()) return false;
    const auto* step = std::get_if<script::ServerStep>(&played.statements.front().act);
    return step && step->act == script::ServerAct::start_fails;
}

/// `AUTH`; `AUTH=PLAIN`: with that word among its parameters.
bool is_offered(const Reply& reply, const std::string& keyword) {
    const auto equals = keyword.find('=');
    const auto parameters = offered_parameters(reply, keyword.substr(0, equals));
    if (!parameters || equals == std::string::npos) return parameters.has_value();
    std::istringstream words(*parameters);
    return std::find(std::istream_iterator<std::string>(words), {}, keyword.substr(equals + 1)) !=
           std::istream_iterator<std::string>();
}

/// Adds to `offered` those of `asked` that the client is offered.
void ask(const script::Client& script, const Stage& stage, Transcript& transcript, const std::set<std::string>& asked,
         std::set<std::string>& offered) {
    MockClient client(script.name, script, stage, transcript);
    client.arrive();
    const Heard heard = client.command("EHLO client.example");
    if (heard.kind != Heard::Kind::reply) {
        throw CaseEnds(Outcome::inconclusive,
                       "to find out what is offered: expected a reply to EHLO; got " + description(heard),
                       heard.kind == Heard::Kind::closed || heard.kind == Heard::Kind::reset);
    }
    for (const std::string& keyword : asked) {
        if (heard.reply.code == "250" && is_offered(heard.reply, keyword)) offered.insert(keyword);
    }
    client.finish();
}

}  // namespace

std::optional<CaseEnds> not_observable(const script::Case& played, const Stage& stage) {
    const auto& statements = played.statements;
    if (!stage.maildir_root && any_needs(statements, needs_mailbox)) {
        return missing(Outcome::not_observable, "mailbox", "the server's mailboxes cannot be seen");
    }
    if (!stage.next_hop && any_needs(statements, needs_sink)) {
        return missing(Outcome::not_observable, "sink", "what the server sends on cannot be seen");
    }
    if (!stage.server && any_needs(statements, needs_server)) {
        return missing(Outcome::not_observable, "server", "the server's life is not in our hands");
    }
    return std::nullopt;
}

std::optional<CaseEnds> not_offered(const script::Case& played, const Stage& stage, Transcript& transcript) {
    std::set<std::string> keywords(played.extensions.begin(), played.extensions.end());
    keywords.insert(played.absent_extensions.begin(), played.absent_extensions.end());
    if (keywords.empty() || starts_without_server(played)) return std::nullopt;
    std::set<std::string> offered;
    std::set<std::tuple<std::string, script::PortRole, script::Channel>> asked;
    for (const auto& client : played.clients) {
        if (offered.size() == keywords.size()) break;
        if (asked.emplace(client.to_address, client.to, client.over).second) {
            ask(client, stage, transcript, keywords, offered);
        }
    }
    for (const std::string& keyword : played.extensions) {
        if (!offered.contains(keyword)) {
            return missing(Outcome::not_offered, keyword, "the server does not offer " + keyword);
        }
    }
    for (const std::string& keyword : played.absent_extensions) {
        if (offered.contains(keyword)) {
            return CaseEnds(Outcome::not_offered, "the server offers " + keyword + ", which this case is not about");
        }
    }
    return std::nullopt;
}

}  // namespace smtpspec::client
