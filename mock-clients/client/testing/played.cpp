#include "client/testing/played.h"

#include "script/parse.h"

#include <sstream>
#include <stdexcept>

namespace smtpspec::client {

void PrintTo(Outcome outcome, std::ostream* out) {
    static constexpr const char* names[] = {"passed", "violated", "inconclusive", "not offered", "not observable"};
    *out << names[static_cast<int>(outcome)];
}

}  // namespace smtpspec::client

namespace smtpspec::client::testing {

script::Case case_of(const std::string& lines) {
    script::ParseContext context;
    context.id_prefix = "test/test";
    const std::string text = "scenario s\n  The title of the case\n  cites D1\n" + lines;
    auto result = script::parse("test.smtp", text, context);
    for (const auto& diagnostic : result.diagnostics) throw std::runtime_error(to_string(diagnostic));
    return result.cases.at(0);
}

Stage stage_on(std::uint16_t port) {
    Stage stage;
    stage.incoming_address = stage.outgoing_address = "127.0.0.1";
    stage.incoming_port = stage.outgoing_port = port;
    stage.accounts["alice"] = {"alice1", "secret", "alice1@example.org"};
    stage.accounts["bob"] = {"bob1", "secret", "bob1@example.org"};
    stage.addresses = {{"alice", "alice1@example.org"},
                       {"bob", "bob1@example.org"},
                       {"ann", "ann1@one.remote.example"},
                       {"ben", "ben1@two.remote.example"}};
    stage.names = {{"marker", "m4rk3r"}, {"primary_domain", "mail.example.org"}};
    stage.settings = {{"general.max_mail_size", "1000000"}, {"smtp.max_recipients_per_mail", "100"}};
    stage.timeout_scale = 0.05;
    return stage;
}

Played played(const std::string& lines, const ScriptedServer& server) {
    return play(case_of(lines), stage_on(server.port()));
}

std::string text_of(const Played& result) {
    std::ostringstream text;
    PrintTo(result.outcome, &text);
    return text.str() + ": " + result.reason;
}

}  // namespace smtpspec::client::testing
