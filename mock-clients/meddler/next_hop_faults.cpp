#include "meddler/making.h"

#include <algorithm>
#include <iterator>
#include <utility>

/// What is wrong in the dialogue with the next hop, where the server is the client. Only what cases show in clear: with
/// a next hop that offers TLS the rest is out of reach, and smtp-faulty-server has it.
namespace smtpspec::meddler {
namespace {

MakeChanges said(const std::string& verb, const std::string& pattern, const std::string& replacement) {
    return with_command([=](const std::string& line) {
        return verb_of(line) == verb ? rewritten(line, pattern, replacement.c_str()) : line;
    });
}

/// What this client takes the reply to that verb for.
MakeChanges heard(std::string verb, const std::string& pattern, const std::string& replacement) {
    return with_reply(std::move(verb),
                      [=](const std::string& reply) { return rewritten(reply, pattern, replacement.c_str()); });
}

MakeChanges taken_as_offered(const std::string& keyword) {
    return heard("EHLO", "250 ([^\r]*)\r\n", "250-$1\r\n250 " + keyword + "\r\n");
}

Faults openings() {
    return {
        {"next-hop-greeted-with-helo",
         {"5321-2.2.1-client-prefers-ehlo"},
         "the next hop hears HELO where EHLO is due",
         said("EHLO", "^EHLO", "HELO")},
        {"next-hop-hears-a-nickname",
         {"5321-2.3.5-no-local-aliases", "5321-4.1.1.1-client-literal-if-nameless"},
         "EHLO names only the first label of this server's name",
         said("EHLO", "^(EHLO [^.]*).*", "$1")},
        {"next-hop-hears-noop-before-ehlo",
         {"5321-4.1.4-client-ehlo-before-free-commands"},
         "the session begins with NOOP",
         said("EHLO", "^EHLO", "NOOP\r\nEHLO")},
        {"next-hop-hears-no-quit",
         {"5321-4.1.4-last-command-quit", "5321-4.1.1.10-client-quits", "5321-4.1.4-quit-even-without-session"},
         "the session ends without QUIT",
         said("QUIT", "^QUIT", "NOOP")},
        {"next-hops-starttls-not-seen",
         {"3207-6-opportunistic-tls"},
         "TLS is not begun though it is offered",
         heard("EHLO", "250([- ])STARTTLS\r\n", "250$1XSTARTTLS\r\n")},
        {"next-hops-lower-case-keywords-not-seen",
         {"5321-4.1.1.1-ehlo-keywords-case"},
         "offers in lower case do not count",
         heard("EHLO", "250([- ])[0-9a-z]+( [0-9]+)?\r\n", "250$1X\r\n")},
        {"next-hop-without-pipelining-gets-groups",
         {"5321-4.3.1-client-waits"},
         "commands are sent in groups though PIPELINING is not offered",
         taken_as_offered("PIPELINING")},
        {"next-hop-without-dsn-gets-its-parameters",
         {"3461-5.2.2-params-not-sent"},
         "DSN counts as offered",
         taken_as_offered("DSN")},
        {"next-hop-without-deliverby-gets-a-time",
         {"2852-4.1.4.2-notify-hop-without-relayed"},
         "DELIVERBY counts as offered",
         taken_as_offered("DELIVERBY")},
        {"next-hop-without-mt-priority-gets-one",
         {"6710-4.3-not-relayed-without"},
         "MT-PRIORITY counts as offered",
         taken_as_offered("MT-PRIORITY")},
        {"next-hop-without-smtputf8-gets-international-mail",
         {"6531-3.2-client-no-eai-without", "6531-3.2-reject-or-bounce"},
         "SMTPUTF8 counts as offered",
         taken_as_offered("SMTPUTF8")},
    };
}

Faults envelopes() {
    return {
        {"next-hop-hears-no-body-parameter",
         {"6152-3-body-on-mail-when-8bit"},
         "BODY is left out",
         said("MAIL", " BODY=[0-9A-Z]+", "")},
        {"next-hop-hears-no-smtputf8-parameter",
         {"6531-3.4-client-supplies-param"},
         "SMTPUTF8 is left out",
         said("MAIL", " SMTPUTF8", "")},
        {"next-hop-hears-no-envid",
         {"3461-5.2.1-envid-propagated"},
         "ENVID is left out",
         said("MAIL", " ENVID=[^ ]*", "")},
        {"next-hop-hears-no-ret", {"3461-5.2.1-ret-propagated"}, "RET is left out", said("MAIL", " RET=[^ ]*", "")},
        {"next-hop-hears-no-notify",
         {"3461-5.2.1-notify-propagated"},
         "NOTIFY is left out",
         said("RCPT", " NOTIFY=[^ ]*", "")},
        {"next-hop-hears-no-time", {"2852-4.1-time-left-passed-on"}, "BY is left out", said("MAIL", " BY=[^ ]*", "")},
        {"next-hop-hears-a-fixed-time",
         {"2852-4.1-time-left-passed-on"},
         "BY is not what is left of the time",
         said("MAIL", " BY=[0-9]+", " BY=1000")},
        {"next-hop-hears-no-priority",
         {"6710-4.2-relayed", "6710-4.6-dsn-same-priority"},
         "MT-PRIORITY is left out",
         said("MAIL", " MT-PRIORITY=[^ ]*", "")},
        {"next-hop-hears-no-orcpt",
         {"3461-5.2.1-orcpt-propagated"},
         "ORCPT is left out",
         said("RCPT", " ORCPT=[^ ]*", "")},
    };
}

}  // namespace

Faults next_hop_faults() {
    Faults all = openings();
    std::ranges::move(envelopes(), std::back_inserter(all));
    for (Fault& fault : all) {
        fault.side = Side::next_hop;
    }
    return all;
}

}  // namespace smtpspec::meddler
