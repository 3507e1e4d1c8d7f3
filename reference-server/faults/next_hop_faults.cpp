#include "faults/put_in.h"

#include <algorithm>
#include <atomic>

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

/// Known to all connections.
PutIn heard_with_memory(std::function<std::string(const std::string& verb, std::string reply)> change) {
    Changes changes;
    changes.reply = std::move(change);
    return with_next_hop(changes);
}

/// Once it has refused a MAIL, all are.
PutIn refusals_of_mail_are_remembered() {
    return heard_with_memory(
        [refused = std::make_shared<std::atomic<bool>>(false)](const std::string& verb, std::string reply) {
            if (verb != "MAIL") return reply;
            if (reply.starts_with("5")) *refused = true;
            return *refused ? std::string("550 5.7.1 as before\r\n") : reply;
        });
}

/// RCPTMAX is what it was when it was told first.
PutIn first_limit_stays() {
    return heard_with_memory(
        [first = std::make_shared<std::atomic<int>>(0)](const std::string& verb, std::string reply) {
            const auto at = reply.find("RCPTMAX=");
            if (verb != "EHLO" || at == std::string::npos) return reply;
            int unknown = 0;
            first->compare_exchange_strong(unknown, std::atoi(reply.c_str() + at + 8));
            return rewritten(reply, "RCPTMAX=[0-9]+", ("RCPTMAX=" + std::to_string(*first)).c_str());
        });
}

/// A reply that is the same as the one before counts as that.
PutIn equal_replies_count_once() {
    return [](service::ServeOptions& options) {
        options.seams.next_hop_octets = [] {
            auto last = std::make_shared<std::string>();
            Changes changes;
            changes.reply = [last](const std::string&, std::string reply) {
                return std::exchange(*last, reply) == reply ? std::string() : reply;
            };
            return std::make_unique<Dialogue>(changes);
        };
    };
}

/// In TLS, STARTTLS is said once more.
PutIn starttls_again() {
    return [](service::ServeOptions& options) {
        options.seams.next_hop_octets = [] {
            auto begun = std::make_shared<bool>(false);
            Changes changes;
            changes.command = [begun](const std::string& line) {
                *begun = *begun || verb_of(line) == "STARTTLS";
                return *begun && verb_of(line) == "MAIL" ? "STARTTLS\r\n" + line : line;
            };
            return std::make_unique<Dialogue>(changes);
        };
    };
}

/// Where STARTTLS has been refused, QUIT is said before MAIL.
PutIn quit_without_tls() {
    return [](service::ServeOptions& options) {
        options.seams.next_hop_octets = [] {
            auto refused = std::make_shared<bool>(false);
            Changes changes;
            changes.command = [refused](const std::string& line) {
                return *refused && verb_of(line) == "MAIL" ? "QUIT\r\n" + line : line;
            };
            changes.reply = [refused](const std::string& verb, std::string reply) {
                *refused = *refused || (verb == "STARTTLS" && !reply.starts_with("220"));
                return reply;
            };
            return std::make_unique<Dialogue>(changes);
        };
    };
}

/// What the text of a mail becomes on its way out, reports included.
PutIn sent(std::string pattern, std::string replacement) {
    Changes changes;
    changes.raw_content = [=](const std::string& octets) { return rewritten(octets, pattern, replacement.c_str()); };
    return with_next_hop(changes);
}

/// Takes an address in a domain of one label, which goes on as it came.
PutIn domains_of_one_label_pass() {
    const PutIn taken = with_command(
        [](const std::string& line) { return rewritten(line, "^(RCPT TO:<[^>]*@[a-z]+)>", "$1.one-label.example>"); });
    const PutIn passed_on = said("RCPT", "\\.one-label\\.example>", ">");
    return [=](service::ServeOptions& options) {
        taken(options);
        passed_on(options);
    };
}

/// Line ends in the xtext of a client are decoded, and go on as they are.
PutIn line_ends_in_xtext_go_on() {
    const PutIn taken = with_command([](const std::string& line) { return replaced(line, "+0D+0A", "~~"); });
    const auto put_back = [](std::string octets) { return replaced(std::move(octets), "~~", "\r\n"); };
    Changes changes;
    changes.raw_commands = put_back;
    changes.raw_content = put_back;
    const PutIn passed_on = with_next_hop(changes);
    return [=](service::ServeOptions& options) {
        taken(options);
        passed_on(options);
    };
}

Faults routes() {
    return {
        {"relay-host-in-independent-mode",
         {"5321-5.1-dns-lookup", "5321-5.1-no-a-when-mx", "5321-5.1-try-each-address", "5321-5.1-nxdomain-error",
          "5321-5.1-unusable-mx-error", "5321-5.1-relay-drops-self", "5321-5.1-relay-no-mx-left",
          "5321-5.1-equal-mx-randomised", "6531-3.2-idna-lookup"},
         "no MX is looked up: all goes to the relay host, set or not",
         with_settings([](settings::Settings& s) { s.outgoing_mail.mode = settings::OutgoingMode::relay; })},
        {"relay-host-ignored",
         {"D7", "5321-3.3-client-no-open-relay-assumed"},
         "in relay mode mail goes to the host of its domain",
         with_settings([](settings::Settings& s) { s.outgoing_mail.mode = settings::OutgoingMode::independent; })},
        {"relaying-given-up-at-once",
         {"5321-5.1-temp-dns-queued", "5321-4.5.4.1-queue-and-retry", "X18"},
         "what cannot be sent on at the first attempt comes back",
         with_settings([](settings::Settings& s) { s.outgoing_mail.max_resend_attempts = 0; })},
        {"relaying-tried-again-at-once",
         {"5321-4.5.4.1-retry-delayed", "5321-4.5.4.1-retry-configurable", "X18"},
         "there is no delay between attempts",
         with_settings([](settings::Settings& s) { s.outgoing_mail.resend_delay = 0; })},
    };
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
         {"3461-5.2.1-params-not-invented", "3461-6.1-dsn-no-ret"},
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

Faults logins() {
    return {
        {"next-hop-hears-ehlo-for-helo",
         {"5321-2.2.1-helo-fallback-client"},
         "a next hop that does not know EHLO hears it again",
         said("HELO", "^HELO", "EHLO")},
        {"next-hop-hears-starttls-twice",
         {"3207-4.2-client-no-second-starttls"},
         "STARTTLS is said inside TLS",
         starttls_again()},
        {"next-hops-refusal-of-starttls-ends-it-all",
         {"8689-4.2.2-tls-required-no"},
         "no mail goes to a next hop that refuses STARTTLS",
         quit_without_tls()},
        {"next-hop-hears-a-login-that-is-no-base64",
         {"4954-4-initial-response-base64"},
         "what follows AUTH PLAIN is not base64",
         said("AUTH", "$", "!")},
        {"next-hop-hears-a-long-line-of-auth",
         {"4954-4-client-line-limit"},
         "a response of any length stands behind AUTH PLAIN",
         said("AUTH", "^AUTH PLAIN$", "AUTH PLAIN " + std::string(600, 'A'))},
        {"next-hops-bad-challenge-is-answered",
         {"4954-4-client-cancels-bad-challenge"},
         "a challenge that is no base64 gets a response",
         said("*", "^\\*$", "AAAA")},
        {"next-hops-long-challenge-ends-the-login",
         {"4954-4-client-long-challenges"},
         "a challenge of more than 2000 octets counts as a refusal",
         heard("AUTH", "^334 [^\r]{2000}[^\r]*", "535 5.7.8 too long")},
        {"next-hop-with-odd-limits-not-used",
         {"9422-3.7-client-ignores-bad-limit", "9422-3.7-client-ignores-broken-line"},
         "EHLO with limits that nobody knows counts as a refusal",
         heard("EHLO", "^(.|\r|\n)*LIMITS \"?(FOO|;)(.|\r|\n)*", "421 4.3.0 odd\r\n")},
        {"next-hops-first-limit-stays",
         {"9422-3.8-client-follows-changes"},
         "RCPTMAX is for ever what it was at first",
         first_limit_stays()},
        {"next-hops-dsn-not-seen",
         {"3461-5.2.1-no-relayed-dsn-when-propagated", "3461-5.2.1-notify-propagated"},
         "DSN of the next hop does not count",
         heard("EHLO", "250([- ])DSN", "250$1XXX")},
    };
}

Faults texts() {
    return {
        {"next-hop-hears-a-foreign-orcpt",
         {"3461-5.2.1-added-orcpt-equals-rcpt", "3461-4.2-orcpt-initial-equals-rcpt"},
         "each RCPT has the ORCPT of somebody else",
         said("RCPT", "^(RCPT TO:<[^>]*>)( ORCPT=[^ ]*)?", "$1 ORCPT=rfc822;somebody.example")},
        {"next-hop-hears-orcpt-of-another-type",
         {"6533-3-native-form-to-capable-server", "6533-3-no-utf8-orcpt-to-ascii-server"},
         "ORCPT=utf-8 becomes ORCPT=rfc822",
         said("RCPT", " ORCPT=utf-8;", " ORCPT=rfc822;")},
        {"next-hop-hears-ret-twice",
         {"3461-4.5-mail-params-once"},
         "RET stands in MAIL twice",
         said("MAIL", "( RET=[A-Z]+)", "$1$1")},
        {"next-hop-hears-an-unoffered-size",
         {"5321-4.1.1.3-client-no-unoffered-params", "3207-4.2-client-forgets-server"},
         "MAIL has a SIZE, offered or not",
         said("MAIL", "^((?!.* SIZE=).*)$", "$1 SIZE=100")},
        {"next-hop-hears-local-parts-without-quotes",
         {"5321-4.1.1-local-part-syntax"},
         "quotes around a local part are lost",
         said("RCPT", "<\"([^\"]*)\"@", "<$1@")},
        {"next-hop-hears-a-route",
         {"5321-C-own-name-removed", "5321-6.1-notice-route-stripped"},
         "RCPT has a source route of this server",
         said("RCPT", "TO:<", "TO:<.example.org:")},
        {"next-hop-hears-mail-twice",
         {"5321-4.1.4-no-nested-mail-client"},
         "MAIL comes again before the transaction has ended",
         said("MAIL", "^(MAIL [^\r]*)$", "$1\r\n$1")},
        {"next-hop-hears-noop-before-the-end",
         {"3030-2-client-rset-after-failure"},
         "NOOP comes before QUIT and RSET",
         said([](const std::string& line) {
             const std::string verb = verb_of(line);
             return verb == "QUIT" || verb == "RSET" ? "NOOP\r\n" + line : line;
         })},
        {"next-hop-gets-lines-of-lf",
         {"5321-2.3.8-client-crlf-only", "5321-2.3.8-client-no-bare-cr-lf"},
         "lines of text that end in a letter have no CR",
         sent("([A-Za-z])\r\n", "$1\n")},
        {"next-hop-gets-reports-with-eight-bit",
         {"6533-4.5-undeliverable-7bit-encoding", "6532-3.7-message-global-7bit"},
         "a field of reports holds octets above 127",
         sent("\r\nContent-Type: multipart/report", "\r\nX-Note: \xc3\xa4\r\nContent-Type: multipart/report")},
        {"next-hops-text-counts",
         {"5321-4.2-client-any-text"},
         "250 for RCPT with a code of class 5 in its text is a refusal",
         heard("RCPT", "^250 (5[0-9.]{2,})", "550 $1")},
        {"next-hops-251-is-a-refusal",
         {"6531-3.7.4.1-client-accepts-utf8-251"},
         "RCPT that gets 251 is refused",
         heard("RCPT", "^251", "551")},
        {"next-hops-refusal-of-mail-is-remembered",
         {"5321-4.5.4.1-no-cache-mail-5yz"},
         "after one MAIL that was refused all are",
         refusals_of_mail_are_remembered()},
        {"next-hops-equal-replies-count-once",
         {"2920-3.1-client-no-match-by-text", "2920-3.1-client-counts-replies"},
         "a reply with the text of the one before is taken for that",
         equal_replies_count_once()},
        {"next-hop-gets-reports-with-a-zone-by-name",
         {"3464-2.2.5-arrival-date-numeric"},
         "the zone of Arrival-Date has a name instead of a number",
         sent("(\r\nArrival-Date: [^\r]*) [-+][0-9]{4}", "$1 GMT")},
        {"next-hop-hears-domains-of-one-label",
         {"6409-4.2-envelope-fqdn", "6409-4.2-554-bad-domain"},
         "RCPT of a domain without a dot is taken, and goes on as it is",
         domains_of_one_label_pass()},
        {"next-hop-gets-reports-with-repaired-addresses",
         {"3461-9.1-address-not-repaired"},
         "in a report quotes around a local part are lost",
         sent("(Final-Recipient: *rfc822; *)\"([^\"]*)\"@", "$1$2@")},
        {"next-hop-gets-line-ends-from-xtext",
         {"3461-4.4-envid-printable", "3461-4.2-orcpt-printable"},
         "line ends in ENVID and ORCPT are taken, and reach next hop and reports as line ends",
         line_ends_in_xtext_go_on()},
        {"next-hop-gets-reports-of-an-invented-host",
         {"3464-2.3.5-remote-mta-only-if-remote"},
         "reports name a remote host though none was asked",
         sent("\r\nAction: failed", "\r\nRemote-MTA: dns; somewhere.example\r\nAction: failed")},
    };
}

}  // namespace

Faults next_hop_faults() {
    Faults all = openings();
    for (auto part : {envelopes(), answers(), routes(), logins(), texts()})
        std::ranges::move(part, std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
