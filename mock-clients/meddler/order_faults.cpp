#include "meddler/making.h"

#include <memory>
#include <utility>

/// Replies late, lost, doubled, or in another order than the commands.
namespace smtpspec::meddler {
namespace {

/// The reply to such a command is held back until the next command comes.
MakeChanges held_back(const std::function<bool(const std::string& verb, const std::string& reply)>& which) {
    return [which] {
        auto held = std::make_shared<std::string>();
        Changes changes;
        changes.reply = [which, held](const std::string& verb, const std::string& reply) {
            if (which(verb, reply)) {
                *held += reply;
                return std::string();
            }
            return std::exchange(*held, "") + reply;
        };
        changes.interjection = [held](const std::string&) { return std::exchange(*held, ""); };
        return changes;
    };
}

MakeChanges held_back(const std::string& held_verb) {
    return held_back([held_verb](const std::string& verb, const std::string&) { return verb == held_verb; });
}

/// The reply to the first of two commands in a row comes behind that to the second.
MakeChanges exchanged(const std::string& first, const std::string& second) {
    return [=] {
        auto held = std::make_shared<std::string>();
        auto said = std::make_shared<std::string>();
        auto grouped = std::make_shared<bool>(false);
        Changes changes;
        changes.command = [=](const std::string& line) {
            const std::string verb = verb_of(line);
            // Only when the first has not been answered yet: the client has sent both at once.
            *grouped = *said == first && verb == second;
            *said = verb;
            return line;
        };
        changes.reply = [=](const std::string& verb, const std::string& reply) {
            if (verb == first && *grouped) {
                *held = reply;
                return std::string();
            }
            *said = "";
            return verb == second ? reply + std::exchange(*held, "") : std::exchange(*held, "") + reply;
        };
        return changes;
    };
}

MakeChanges lost(const std::string& verb) {
    return with_reply(verb, [](const std::string&) { return std::string(); });
}

/// The client hears it already when the command comes, and then no more.
MakeChanges answered_early(const std::string& early_verb, const std::string& reply) {
    Changes changes;
    changes.interjection = [=](const std::string& verb) { return verb == early_verb ? reply : std::string(); };
    changes.reply = [=](const std::string& verb, std::string own) {
        return verb == early_verb ? std::string() : std::move(own);
    };
    return with(changes);
}

}  // namespace

Faults order_faults() {
    return {
        {"reply-to-noop-waits-for-the-next-command",
         {"2920-3.2-no-buffering-of-enders", "2920-3.2-no-assumptions"},
         "the reply to NOOP is held back until something else is said",
         held_back("NOOP")},
        {"reply-to-vrfy-waits-for-the-next-command",
         {"2920-3.2-no-buffering-of-enders", "2920-3.2-no-assumptions"},
         "the reply to VRFY is held back until something else is said",
         held_back("VRFY")},
        {"reply-to-mail-waits-for-the-next-command",
         {"2920-3.2-flush-when-input-empty", "2920-3.2-no-assumptions"},
         "the reply to MAIL is held back until something else is said",
         held_back("MAIL")},
        {"reply-to-rset-waits-for-the-next-command",
         {"2920-3.2-flush-when-input-empty", "2920-3.2-no-assumptions"},
         "the reply to RSET is held back until something else is said",
         held_back("RSET")},
        {"reply-to-what-is-unknown-waits-for-the-next-command",
         {"2920-3.2-no-buffering-of-unknown"},
         "500 is held back until something else is said",
         held_back([](const std::string&, const std::string& reply) { return reply.starts_with("500"); })},
        {"reply-to-the-mail-waits-for-the-next-command",
         {"5321-3.3-data-354-250", "2920-3.2-flush-when-input-empty"},
         "the reply to the end of the mail is held back until something else is said",
         held_back(".")},
        {"replies-to-mail-and-rcpt-exchanged",
         {"2920-3.2-reply-order"},
         "in a group the reply to MAIL comes behind that to RCPT",
         exchanged("MAIL", "RCPT")},
        {"replies-to-rcpt-and-data-exchanged",
         {"2920-3.2-reply-order"},
         "in a group the reply to RCPT comes behind that to DATA",
         exchanged("RCPT", "DATA")},
        {"replies-to-rcpt-and-noop-exchanged",
         {"2920-3.2-reply-order"},
         "in a group the reply to RCPT comes behind that to NOOP",
         exchanged("RCPT", "NOOP")},
        {"reply-to-rset-lost",
         {"5321-4.2-one-reply-per-command", "5321-4.1.1.5-rset-250"},
         "RSET gets no reply",
         lost("RSET")},
        {"reply-to-help-lost",
         {"5321-4.2-one-reply-per-command", "5321-4.1.1.8-help-supported"},
         "HELP gets no reply",
         lost("HELP")},
        {"reply-to-quit-lost",
         {"5321-4.1.1.10-quit-221"},
         "QUIT gets no reply, and the connection is closed",
         lost("QUIT")},
        {"rcpt-answered-by-the-wire",
         {"5321-3.3-rcpt-unknown-550", "X2", "5321-4.3.1-meanings-preserved"},
         "250 for each RCPT, whatever the server says",
         answered_early("RCPT", "250 2.1.5 ok\r\n")},
        {"hello-of-the-wire",
         {"5321-2.4-8bitmime-offered", "5321-4.1.1.1-server-names-itself"},
         "EHLO is answered by the wire, with a list of its own",
         answered_early("EHLO", "250-relay.invalid\r\n250 SIZE 10240000\r\n")},
    };
}

}  // namespace smtpspec::meddler
