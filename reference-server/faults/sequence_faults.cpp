#include "faults/put_in.h"

namespace refserver::faults {
namespace {

PutIn instead_of(std::string verb, std::string other) {
    return with_command([=](const std::string& line) { return verb_of(line) == verb ? other : line; });
}

/// What the client did not say comes before a command.
PutIn after(std::string hidden, std::string verb) {
    return with_command([=](const std::string& line) { return verb_of(line) == verb ? hidden + "\r\n" + line : line; });
}

PutIn said(std::string verb, std::string code, std::string other) {
    return with_reply(verb, [=](std::string r) { return r.starts_with(code) ? other + "\r\n" : r; });
}

/// EHLO and HELO after the first leave all as it is.
PutIn hello_without_reset() {
    return [](service::ServeOptions& options) {
        options.seams.octets = [] {
            auto first = std::make_shared<std::string>();
            Changes changes;
            changes.command = [first](const std::string& line) {
                const bool hello = verb_of(line) == "EHLO" || verb_of(line) == "HELO";
                return hello && !first->empty() ? std::string("NOOP") : line;
            };
            changes.reply = [first](const std::string& verb, std::string reply) {
                if (verb != "EHLO" && verb != "HELO") return reply;
                if (first->empty() && reply.starts_with("250")) *first = reply;
                return first->empty() ? reply : *first;
            };
            return std::make_unique<Dialogue>(changes);
        };
    };
}

/// The second transaction of a connection is refused.
PutIn one_mail_a_connection() {
    return [](service::ServeOptions& options) {
        options.seams.octets = [] {
            auto mails = std::make_shared<int>(0);
            Changes changes;
            changes.command = [mails](const std::string& line) {
                return verb_of(line) == "MAIL" && *mails > 0 ? std::string("DATA") : line;
            };
            changes.reply = [mails](const std::string& verb, std::string reply) {
                *mails += verb == "." && reply.starts_with("250");
                return reply;
            };
            return std::make_unique<Dialogue>(changes);
        };
    };
}

}  // namespace

Faults sequence_faults() {
    return {
        {"rset-does-nothing",
         {"5321-4.1.1.5-rset-discards"},
         "RSET leaves sender and recipients",
         instead_of("RSET", "NOOP")},
        {"rset-refused", {"5321-4.1.1.5-rset-250"}, "RSET gets 502", said("RSET", "250", "502 5.5.1 no")},
        {"rset-closes",
         {"5321-4.1.1.5-rset-no-close"},
         "RSET ends the session",
         with_dialogue({.command = [](const std::string& l) { return verb_of(l) == "RSET" ? std::string("QUIT") : l; },
                        .raw_commands = {},
                        .raw_content = {},
                        .reply = [](const std::string& v,
                                    std::string r) { return v == "RSET" ? std::string("250 2.0.0 reset\r\n") : r; }})},
        {"hello-again-resets-nothing",
         {"5321-4.1.4-ehlo-again-resets", "5321-4.1.1.1-hello-clears-state"},
         "a second EHLO leaves sender and recipients",
         hello_without_reset()},
        {"hello-again-refused",
         {"5321-4.1.4-later-ehlo-accepted"},
         "EHLO in a transaction gets 503",
         [](service::ServeOptions& o) {
             o.seams.octets = [] {
                 auto greeted = std::make_shared<bool>(false);
                 Changes changes;
                 changes.reply = [greeted](const std::string& v, std::string r) {
                     return v == "EHLO" && std::exchange(*greeted, true) ? std::string("503 5.5.1 again\r\n") : r;
                 };
                 return std::make_unique<Dialogue>(changes);
             };
         }},
        {"noop-discards-the-transaction",
         {"5321-4.1.1.9-noop-no-effect"},
         "NOOP forgets sender and recipients",
         after("RSET", "NOOP")},
        {"vrfy-discards-the-transaction",
         {"5321-4.1.1.6-vrfy-no-effect"},
         "VRFY forgets sender and recipients",
         after("RSET", "VRFY")},
        {"expn-discards-the-transaction",
         {"5321-4.1.1.7-expn-no-effect"},
         "EXPN forgets sender and recipients",
         after("RSET", "EXPN")},
        {"help-discards-the-transaction",
         {"5321-4.1.1.8-help-no-effect"},
         "HELP forgets sender and recipients",
         after("RSET", "HELP")},
        {"nested-mail-accepted",
         {"5321-4.1.1.2-nested-mail-503"},
         "MAIL in a transaction begins another one",
         after("RSET", "MAIL")},
        {"nested-mail-ignored",
         {"5321-4.1.1.2-nested-mail-503"},
         "MAIL in a transaction gets 250",
         said("MAIL", "503", "250 2.1.0 ok")},
        {"rcpt-before-mail-gets-250",
         {"5321-3.3-rcpt-before-mail-503"},
         "RCPT without MAIL gets 250",
         said("RCPT", "503", "250 2.1.5 ok")},
        {"rcpt-before-mail-gets-550",
         {"5321-3.3-rcpt-before-mail-503", "5321-4.1.4-out-of-order-503"},
         "RCPT without MAIL gets 550",
         said("RCPT", "503", "550 5.5.0 no")},
        {"data-before-rcpt-gets-354",
         {"5321-3.3-data-without-rcpt", "2920-3.2-354-iff-valid-rcpt", "6409-4.1-554-default"},
         "DATA without recipients gets 354",
         said("DATA", "503", "354 go on")},
        {"data-before-rcpt-gets-250",
         {"5321-3.3-data-without-rcpt"},
         "DATA without recipients gets 250",
         said("DATA", "503", "250 2.0.0 ok")},
        {"a-new-mail-keeps-the-recipients",
         {"5321-4.1.1.3-rcpt-appends-only"},
         "RCPT forgets the recipients before",
         with_mail([](routing::AcceptedMail& m) {
             if (m.envelope.recipients.size() > 1) m.envelope.recipients.erase(m.envelope.recipients.begin());
         })},
        {"one-mail-a-connection",
         {"5321-4.1.4-many-transactions", "5321-4.1.1.4-data-clears-buffers"},
         "the second mail of a connection is refused",
         one_mail_a_connection()},
        {"quit-does-not-close",
         {"5321-4.1.1.10-quit-221"},
         "QUIT gets 221, but the session goes on",
         with_dialogue(
             {.command = [](const std::string& l) { return verb_of(l) == "QUIT" ? std::string("NOOP") : l; },
              .raw_commands = {},
              .raw_content = {},
              .reply = [](const std::string& v,
                          std::string r) { return v == "QUIT" ? std::string("221 mail.example.org bye\r\n") : r; }})},
        {"quit-gets-250",
         {"5321-4.1.1.10-quit-221"},
         "QUIT gets 250",
         with_reply("QUIT", [](std::string r) { return "250" + r.substr(3); })},
        {"quit-gets-no-reply",
         {"5321-4.1.1.10-quit-221"},
         "QUIT closes without a word",
         with_reply("QUIT", [](const std::string&) { return std::string(); })},
        {"unknown-command-closes",
         {"5321-3.8-unknown-command-keeps-open", "5321-3.8-no-unprovoked-close"},
         "an unknown command ends the session",
         [](service::ServeOptions& o) {
             with_dialogue({.command =
                                [](const std::string& l) {
                                    return verb_of(l).starts_with("X") || verb_of(l) == "FOO" || verb_of(l) == "BLAH" ||
                                                   verb_of(l) == "WHAT"
                                               ? std::string("QUIT")
                                               : l;
                                },
                            .raw_commands = {},
                            .raw_content = {},
                            .reply = {}})(o);
         }},
        {"commands-before-hello-refused",
         {"5321-4.1.4-non-mail-commands-without-hello", "5321-4.1.4-free-commands-any-time"},
         "NOOP gets 503 before EHLO",
         [](service::ServeOptions& o) {
             o.seams.octets = [] {
                 auto greeted = std::make_shared<bool>(false);
                 Changes changes;
                 changes.reply = [greeted](const std::string& v, std::string r) {
                     *greeted = *greeted || v == "EHLO" || v == "HELO";
                     return !*greeted && !v.empty() && v != "QUIT" ? std::string("503 5.5.1 say EHLO\r\n") : r;
                 };
                 return std::make_unique<Dialogue>(changes);
             };
         }},
        {"second-reply-of-a-group-missing",
         {"2920-3.2-reply-order", "2920-3.1-server-accepts-groups"},
         "RCPT commands that come together get one reply",
         [](service::ServeOptions& o) {
             o.seams.octets = [] {
                 auto last = std::make_shared<std::string>();
                 Changes changes;
                 changes.reply = [last](const std::string& v, std::string r) {
                     return std::exchange(*last, v) == "RCPT" && v == "RCPT" ? std::string() : r;
                 };
                 return std::make_unique<Dialogue>(changes);
             };
         }},
        {"group-input-dropped",
         {"2920-3.2-input-not-flushed", "2920-3.1-server-accepts-groups"},
         "of commands that come together only the first counts",
         [](service::ServeOptions& o) {
             Changes changes;
             changes.raw_commands = [](std::string s) {
                 const auto end = s.find("\r\n");
                 return end == std::string::npos ? s : s.substr(0, end + 2);
             };
             with_dialogue(changes)(o);
         }},
    };
}

}  // namespace refserver::faults
