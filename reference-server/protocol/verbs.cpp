#include "protocol/verbs.h"

#include "protocol/extensions.h"
#include "protocol/path.h"
#include "protocol/utf8.h"

#include <algorithm>
#include <array>

namespace refserver::protocol {
namespace {

constexpr Phases after_hello = any_phase & ~only(Phase::connected);

constexpr std::array table{
    Verb{"EHLO", any_phase, false, Argument::required, ehlo, "EHLO domain"},
    Verb{"HELO", any_phase, false, Argument::required, helo, "HELO domain"},
    Verb{"MAIL", only(Phase::ready), false, Argument::required, mail, "MAIL FROM:<address> [parameters]"},
    Verb{"RCPT", only(Phase::sender) | only(Phase::recipients), false, Argument::required, rcpt,
         "RCPT TO:<address> [parameters]"},
    Verb{"DATA", only(Phase::recipients), false, Argument::none, data, "DATA"},
    Verb{"BDAT", any_phase, false, Argument::required, bdat, "BDAT octets [LAST]"},
    Verb{"RSET", any_phase, false, Argument::none, rset, "RSET"},
    Verb{"NOOP", any_phase, false, Argument::optional, noop, "NOOP"},
    Verb{"VRFY", any_phase, false, Argument::required, vrfy, "VRFY name"},
    Verb{"EXPN", any_phase, false, Argument::required, expn, "EXPN name"},
    Verb{"HELP", any_phase, false, Argument::optional, help, "HELP [command]"},
    Verb{"QUIT", any_phase, false, Argument::none, quit, "QUIT"},
    Verb{"STARTTLS", after_hello, true, Argument::none, starttls, "STARTTLS"},
    Verb{"AUTH", only(Phase::ready), true, Argument::required, auth, "AUTH mechanism [initial-response]"},
};

constexpr bool is_control(char c) noexcept {
    return (!is_non_ascii(c) && c < ' ' && c != '\t') || c == '\x7f';
}

}  // namespace

std::span<const Verb> verbs() noexcept {
    return table;
}

const Verb* find_verb(std::string_view name) noexcept {
    const auto found = std::ranges::find_if(table, [&](const Verb& v) { return equals_ignoring_case(v.name, name); });
    return found == table.end() ? nullptr : &*found;
}

std::size_t longest_line(const SessionState& session, const Verb* verb) noexcept {
    std::size_t longest = 512;
    if (!verb) return longest;
    if (verb->handle == auth) return CommandLine::limit;
    for (const auto* extension : extensions()) {
        if (!extension->offered(session)) continue;
        if (verb->handle == mail) longest += extension->longer_mail;
        if (verb->handle == rcpt) longest += extension->longer_rcpt;
        if (verb->handle == vrfy || verb->handle == expn) longest += extension->longer_vrfy;
    }
    return longest;
}

void dispatch(SessionState& session, const CommandLine& line) {
    auto text = line.text();
    Scanner in_line(text);
    const auto* verb = find_verb(in_line.take_while([](char c) { return c != ' ' && c != '\t'; }));
    if (line.length() > longest_line(session, verb)) {
        const bool authenticating = verb && verb->handle == auth;
        return session.reply(authenticating ? ReplyName::response_too_long : ReplyName::line_too_long);
    }
    if (grammar::has_non_ascii(text) && !(session.facts->smtputf8 && is_utf8(text))) {
        return session.reply(ReplyName::invalid_octets);
    }
    if (!verb) return session.reply(ReplyName::unknown_command);
    if (std::ranges::any_of(text, is_control)) return session.reply(ReplyName::invalid_octets_in_argument);

    // RFC 5321 §4.1.1: white space before the CR LF is tolerated.
    auto argument = in_line.rest();
    while (!argument.empty() && (argument.back() == ' ' || argument.back() == '\t')) argument.remove_suffix(1);
    if (!argument.empty() && argument.front() == ' ') argument.remove_prefix(1);

    if (verb->argument == Argument::none && !argument.empty()) return session.reply(ReplyName::no_argument_allowed);
    if (verb->argument == Argument::required && argument.empty()) return session.reply(ReplyName::argument_needed);
    if ((verb->phases & only(session.phase)) == 0) return session.reply(ReplyName::out_of_sequence);
    if (verb->needs_ehlo && !session.extended) return session.reply(ReplyName::needs_ehlo);
    verb->handle(session, argument);
}

}  // namespace refserver::protocol
