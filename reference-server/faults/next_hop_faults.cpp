#include "faults/put_in.h"

#include <algorithm>

/// What is wrong in the dialogue with the next hop, where this server is the client, and is said inside TLS where that
/// is offered: smtp-meddler has what shows in clear.
namespace refserver::faults {
namespace {

PutIn with_next_hop(Changes changes) {
    return [changes](service::ServeOptions& options) {
        options.seams.next_hop_octets = [changes] { return std::make_unique<Dialogue>(changes); };
    };
}

PutIn said(std::function<std::string(const std::string&)> change) {
    Changes changes;
    changes.command = std::move(change);
    return with_next_hop(changes);
}

PutIn said(std::string verb, std::string pattern, std::string replacement) {
    return said([=](const std::string& line) {
        return verb_of(line) == verb ? rewritten(line, pattern, replacement.c_str()) : line;
    });
}

/// What this client takes the reply to that verb for.
PutIn heard(std::string verb, std::string pattern, std::string replacement) {
    Changes changes;
    changes.reply = [=](const std::string& of, std::string reply) {
        return of == verb ? rewritten(reply, pattern, replacement.c_str()) : reply;
    };
    return with_next_hop(changes);
}

Faults openings() {
    return {
        {"next-hop-hears-quit-with-a-parameter",
         {"5321-4.1.1-no-params-client"},
         "QUIT has a parameter",
         said("QUIT", "^QUIT", "QUIT now")},
        {"next-hop-asked-with-vrfy",
         {"5321-3.5.1-vrfy-result-diagnostic-only"},
         "VRFY comes before each RCPT",
         said("RCPT", "^RCPT", "VRFY somebody\r\nRCPT")},
    };
}

Faults envelopes() {
    return {
        {"next-hop-hears-no-size",
         {"5321-4.5.3.1.7-client-uses-size"},
         "MAIL has no SIZE",
         said("MAIL", " SIZE=[0-9]+", "")},
        {"next-hop-hears-an-invented-ret",
         {"3461-5.2.1-params-not-invented"},
         "MAIL has a RET that nobody gave",
         said("MAIL", "^((?!.* RET=).*)$", "$1 RET=FULL")},
        {"next-hop-hears-the-null-sender",
         {"5321-4.5.5-non-null-for-ordinary-mail"},
         "each mail has the null reverse-path",
         said("MAIL", "<[^>]*>", "<>")},
    };
}

Faults answers() {
    return {
        {"next-hops-refusal-for-now-is-final",
         {"5321-4.2-client-acts-on-code", "5321-4.2-client-unknown-codes"},
         "a recipient refused with 4yz is given up",
         heard("RCPT", "^4", "5")},
        {"next-hops-refusal-is-for-now",
         {"5321-4.2-client-unknown-codes", "1870-6.4-client-552-rcpt-no-requeue"},
         "a recipient refused with 5yz is kept",
         heard("RCPT", "^5[0-9]{2}", "450")},
        {"next-hops-refusal-is-not-heard",
         {"2920-3.1-client-checks-all", "2920-3.1-client-counts-replies"},
         "a recipient refused with 5yz counts as taken",
         heard("RCPT", "^5(.|\r|\n)*", "250 2.1.5 taken\r\n")},
        {"next-hops-refusal-of-data-is-not-heard",
         {"5321-3.3-no-data-unless-354", "5321-4.2-client-out-of-range-fatal"},
         "the text is sent whatever DATA gets",
         heard("DATA", "^(.|\r|\n)*", "354 go on\r\n")},
        {"next-hops-refusal-of-a-mail-is-for-now",
         {"1870-6.2-client-552-bounce", "1870-6.2-client-ready-for-later-errors"},
         "a mail that gets 5yz at its end is kept",
         heard(".", "^5[0-9]{2}", "450")},
    };
}

}  // namespace

Faults next_hop_faults() {
    Faults all = openings();
    for (auto part : {envelopes(), answers()}) std::ranges::move(part, std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
