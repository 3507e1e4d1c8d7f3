#include "protocol/verbs.h"

namespace refserver::protocol {

void help(SessionState& session, std::string_view argument) {
    if (!argument.empty()) {
        const auto* verb = find_verb(argument);
        return verb ? session.reply(ReplyName::help_topic, verb->syntax) : session.reply(ReplyName::unknown_help_topic);
    }
    std::string known = "commands:";
    for (const auto& verb : verbs()) known.append(" ").append(verb.name);
    session.reply(ReplyName::help, known);
}

void noop(SessionState& session, std::string_view /*argument*/) {
    session.reply(ReplyName::noop);
}

}  // namespace refserver::protocol
