#include "faults/put_in.h"

#include <algorithm>
#include <regex>

namespace refserver::faults {
namespace {

/// The reply to a verb, if it begins with `from`, is another one.
PutIn answered(std::string verb, std::string from, std::string to) {
    return with_reply(std::move(verb), [=](std::string r) { return r.starts_with(from) ? to + "\r\n" : r; });
}

/// Command lines that match are taken for another one.
PutIn taken_as(const char* pattern, const char* other) {
    return with_command([expression = std::regex(pattern, std::regex::icase), other](const std::string& line) {
        return std::regex_replace(line, expression, other);
    });
}

/// What EHLO lists, HELO lists, too.
PutIn helo_lists(std::string keyword) {
    return with_reply("HELO", [=](const std::string& r) {
        return r.starts_with("250 ") ? "250-" + r.substr(4) + "250 " + keyword + "\r\n" : r;
    });
}

PutIn with_keyword(std::string keyword) {
    return with_reply("EHLO", [=](const std::string& r) {
        return replaced(r, "\r\n250-SIZE", "\r\n250-" + keyword + "\r\n250-SIZE");
    });
}

/// After BDAT, or MAIL for BINARYMIME, DATA that is refused for it gets 354.
PutIn after_chunks_354() {
    return [](service::ServeOptions& options) {
        options.seams.octets = [] {
            auto chunked = std::make_shared<bool>(false);
            Changes changes;
            changes.command = [chunked](const std::string& line) {
                const std::string verb = verb_of(line);
                if (verb == "MAIL") *chunked = upper(line).find("BODY=BINARYMIME") != std::string::npos;
                if (verb == "RSET") *chunked = false;
                *chunked = *chunked || verb == "BDAT";
                return line;
            };
            changes.reply = [chunked](const std::string& verb, std::string reply) {
                return *chunked && verb == "DATA" && reply.starts_with("503") ? std::string("354 go on\r\n") : reply;
            };
            return std::make_unique<Dialogue>(changes);
        };
    };
}

/// In a text with octets above 127 each of them becomes a question mark.
std::string ascii_only(std::string text) {
    for (char& c : text) {
        if (static_cast<unsigned char>(c) > 127) c = '?';
    }
    return text;
}

Faults auth() {
    return {
        {"auth-verb-in-capitals-only",
         {"4954-8-case-insensitive-auth"},
         "AUTH and its mechanisms are known in capitals only",
         with_command([](const std::string& line) {
             static const std::regex other("^(AUTH [A-Z0-9-]+( .*)?|[^aA].*|a?)$");
             return verb_of(line) == "AUTH" && !std::regex_match(line, other) ? std::string("XXXX") : line;
         })},
        {"auth-without-initial-response-refused",
         {"4954-4-missing-initial-response"},
         "AUTH PLAIN without an initial response gets 501",
         taken_as("^AUTH PLAIN$", "AUTH PLAIN !")},
        {"auth-bad-base64-gets-235",
         {"4954-4-bad-base64-501", "4954-4-bad-base64-chars-rejected", "4954-4-pad-only-at-end"},
         "what is no base64 is a login",
         with_replies([](const std::string& verb, std::string r) {
             static const std::regex others("EHLO|HELO|MAIL|RCPT|VRFY|EXPN");
             return std::regex_match(verb, others) ? r : replaced(std::move(r), "501 5.5.2", "235 2.7.0");
         })},
        {"auth-cancelled-gets-535", {"4954-4-cancel-501"}, "* gets 535", answered("*", "501", "535 5.7.8 no")},
        {"auth-cancelled-gets-235",
         {"4954-4-cancel-501", "4954-4-auth-cleared-state"},
         "* gets 235",
         answered("*", "501", "235 2.7.0 welcome")},
        {"auth-out-of-order-gets-235",
         {"4954-4-second-auth-503", "4954-4-auth-in-transaction-503"},
         "AUTH after a login, or after MAIL, is accepted",
         answered("AUTH", "503", "235 2.7.0 welcome")},
        {"auth-parameter-unknown",
         {"4954-5-auth-param-supported", "4954-5-auth-param-xtext", "4954-8-auth-param-decoded-form"},
         "AUTH= of MAIL is an unknown parameter",
         taken_as(" AUTH=", " AUT=")},
        {"auth-not-offered-for-submission",
         {"6409-7-auth-supported", "8314-3.3-auth-on-submissions-port"},
         "AUTH is not in the list",
         with_reply("EHLO", [](const std::string& r) { return rewritten(r, "\r\n250-AUTH[^\r]*", ""); })},
        {"initial-response-to-cram-md5-ignored",
         {"4954-4-unexpected-initial-response-501"},
         "AUTH CRAM-MD5 with an initial response begins the exchange",
         taken_as("^AUTH CRAM-MD5 .*$", "AUTH CRAM-MD5")},
    };
}

Faults chunks() {
    return {
        {"bdat-gets-354", {"3030-2-chunk-250", "3030-2-no-354"}, "BDAT gets 354", answered("BDAT", "250", "354 go on")},
        {"bdat-unknown",
         {"3030-2-chunk-250"},
         "BDAT gets 500",
         with_reply("BDAT", [](const std::string&) { return std::string("500 5.5.1 what?\r\n"); })},
        {"bdat-out-of-order-gets-250",
         {"3030-2-bdat-after-last-503", "3030-2-failed-bdat-discards"},
         "BDAT without a transaction gets 250",
         answered("BDAT", "503", "250 2.0.0 ok")},
        {"data-after-bdat-gets-354",
         {"3030-2-no-mixing-503", "3030-3-data-with-binary-503"},
         "DATA after BDAT, or for BINARYMIME, gets 354",
         after_chunks_354()},
        {"data-refused-where-there-is-bdat",
         {"3030-2-data-still-supported"},
         "DATA gets 502",
         answered("DATA", "354", "502 5.5.1 use BDAT")},
        {"chunks-get-crlf",
         {"3030-3-binary-preserved"},
         "bare CR and LF in the content become CR LF",
         with_content([](const std::string& s) { return rewritten(s, "\r\n|\r|\n", "\r\n"); })},
    };
}

Faults notifications() {
    return {
        {"ret-refused",
         {"3461-5.1-mail-same-reply", "3461-5.1-mail-not-refused-for-params"},
         "RET= is unknown",
         taken_as(" RET=", " RE=")},
        {"envid-refused",
         {"3461-5.1-mail-same-reply", "3461-5.1-mail-not-refused-for-params"},
         "ENVID= is unknown",
         taken_as(" ENVID=", " ENVI=")},
        {"notify-refused",
         {"3461-5.1-rcpt-same-reply", "3461-5.1-rcpt-not-refused-for-params"},
         "NOTIFY= is unknown",
         taken_as(" NOTIFY=", " NOTIF=")},
        {"orcpt-refused",
         {"3461-5.1-rcpt-same-reply", "3461-5.1-rcpt-not-refused-for-params"},
         "ORCPT= is unknown",
         taken_as(" ORCPT=", " ORCP=")},
        {"dsn-parameters-not-checked",
         {"3461-5.1-mail-invalid-501"},
         "RET and ENVID of any value are ignored",
         taken_as(" (RET|ENVID)(=[^ ]*|(?= |$))", "")},
        {"envid-and-ret-not-passed-on",
         {"3461-5.2.1-envid-propagated", "3461-5.2.1-ret-propagated", "3461-6.3-original-envelope-id"},
         "RET and ENVID are accepted and forgotten",
         taken_as(" (RET|ENVID)=[^ ]*", "")},
        {"notify-not-passed-on",
         {"3461-5.2.1-notify-propagated", "3461-5.2.6-failure-not-requested", "3461-5.2.3-local-success-dsn",
          "3461-5.2.2-relayed-dsn"},
         "NOTIFY is accepted and forgotten",
         taken_as(" NOTIFY=[^ ]*", "")},
        {"orcpt-not-passed-on",
         {"3461-5.2.1-orcpt-propagated", "3461-6.3-original-recipient"},
         "ORCPT is accepted and forgotten",
         taken_as(" ORCPT=[^ ]*", "")},
        {"failures-never-reported",
         {"3461-5.2.6-failure-requested", "5321-3.6.3-undeliverable-notified", "5321-4.4-bounce-target-reverse-path",
          "5321-4.4-partial-success-notice", "3461-6.3-reporting-mta", "3461-6.3-diagnostic-code"},
         "nobody hears of a mail that could not be delivered",
         taken_as("^(RCPT TO:<[^>]*>)( NOTIFY=(FAILURE|NEVER|FAILURE,DELAY))? *$", "$1 NOTIFY=NEVER")},
        {"success-always-reported",
         {"3461-5.2.3-local-no-success-requested", "3461-5.2.2-absent-no-success-dsn",
          "3461-5.2.1-no-relayed-dsn-when-propagated"},
         "each delivery is reported",
         taken_as("^(RCPT TO:<[^>]*>)( NOTIFY=(FAILURE|NEVER|FAILURE,DELAY))? *$", "$1 NOTIFY=SUCCESS,FAILURE")},
    };
}

Faults international() {
    return {
        {"smtputf8-with-parameter",
         {"6531-3.1-keyword-no-params"},
         "SMTPUTF8 has a parameter",
         with_reply("EHLO", [](const std::string& r) { return replaced(r, "SMTPUTF8", "SMTPUTF8 yes"); })},
        {"smtputf8-without-8bitmime",
         {"6531-3.1-8bitmime-announced"},
         "SMTPUTF8 is offered without 8BITMIME",
         with_reply("EHLO", [](const std::string& r) { return rewritten(r, "\r\n250-8BITMIME", ""); })},
        {"utf-8-addresses-refused",
         {"6531-3.2-accepts-utf8-mailbox"},
         "an address with octets above 127 is refused, SMTPUTF8 or not",
         with_command(
             [](const std::string& line) { return ascii_only(line) == line ? line : std::string("MAIL FROM:<"); })},
    };
}

Faults priorities() {
    return {
        {"priority-of-any-value-accepted",
         {"6710-4.1-bad-value-501"},
         "MT-PRIORITY of a wrong value, or given twice, does not count",
         taken_as(" MT-PRIORITY(?!=(0|-?[1-9])( |$))[^ ]*| MT-PRIORITY=[^ ]*(?=.* MT-PRIORITY)", "")},
        {"priority-of-strangers-honoured",
         {"6710-4.1-no-untrusted-upgrade", "6710-4.1-changed-x.3.6"},
         "whoever asks for it gets a high priority",
         [](service::ServeOptions& options) {
             answered("MAIL", "250 2.3.6", "250 2.1.0 ok")(options);
             with_mail([](routing::AcceptedMail& mail) {
                 if (mail.received_field.find("priority 9") != std::string::npos) mail.envelope.priority = 9;
             })(options);
         }},
        {"low-priority-refused-with-another-code",
         {"6710-4.1-rejected-x.7.15", "6710-4.1-change-may-happen"},
         "MAIL with a priority below 0 gets 501",
         taken_as("^MAIL .* MT-PRIORITY=-.*$", "MAIL FROM:<")},
        {"received-without-priority",
         {"6710-4.1-received-priority"},
         "the trace field does not tell the priority",
         with_mail([](routing::AcceptedMail& mail) {
             mail.received_field = rewritten(mail.received_field, "\r\n\tpriority -?[0-9]", "");
         })},
    };
}

Faults times() {
    return {
        {"by-of-any-value-accepted",
         {"2852-4-by-syntax"},
         "BY of a wrong value, or given twice, does not count",
         taken_as(" BY(?!=[+-]?[0-9]{1,9};[NR]T?( |$))[^ ]*| BY=[^ ]*(?=.* BY)", "")},
        {"by-of-negative-time-refused",
         {"2852-4-by-syntax", "2852-4-notify-mode-nonpositive-ok", "2852-2-mail-length-plus-17"},
         "BY of a negative time, or of 0, gets 501",
         taken_as(" BY=(-[0-9]+|0);N", " BY=")},
        {"by-of-the-past-accepted-to-return",
         {"2852-4-return-mode-nonpositive"},
         "BY=0;R and less gets 250",
         taken_as(" BY=(-[0-9]+|0);R", "")},
        {"by-below-the-minimum-accepted",
         {"2852-3-below-minimum-55z"},
         "BY=1;R gets 250 though the least time is 2",
         taken_as(" BY=1;R", "")},
        {"deliverby-with-a-word",
         {"2852-2-keyword-min-by"},
         "a word stands behind DELIVERBY",
         with_reply("EHLO", [](const std::string& r) { return replaced(r, "DELIVERBY 2", "DELIVERBY soon"); })},
        {"by-return-taken-for-notify",
         {"2852-4.1-returned-when-over", "2852-4.1.4-return-not-to-hop-without", "2852-4.1-time-left-passed-on"},
         "mail to be returned is only told of",
         taken_as("( BY=([3-9]|[0-9]{2,}));R", "$1;N")},
        {"by-forgotten",
         {"2852-4.1-returned-when-over", "2852-4.1-told-when-over", "2852-4.1-time-left-passed-on",
          "2852-4.1.4-return-not-to-hop-without", "2852-4.1.4.2-notify-hop-without-relayed",
          "2852-4.1.4-trace-relayed"},
         "BY is accepted and forgotten",
         with_mail([](routing::AcceptedMail& mail) { mail.envelope.deliver_by.reset(); })},
    };
}

Faults encrypted() {
    return {
        {"starttls-demanded-on-the-public-port",
         {"3207-4-public-server-no-tls-demand"},
         "MAIL before STARTTLS gets 530",
         answered("MAIL", "250", "530 5.7.0 say STARTTLS first")},
        {"starttls-offered-inside-tls",
         {"3207-4.2-server-hides-starttls", "3207-4.2-both-know-tls-active"},
         "STARTTLS is always in the list",
         with_keyword("STARTTLS")},
    };
}

Faults submission() {
    return {
        {"etrn-and-atrn-offered",
         {"6409-7-no-etrn", "6409-7-no-atrn"},
         "ETRN and ATRN are in the list",
         with_reply(
             "EHLO",
             [](const std::string& r) { return replaced(r, "\r\n250-SIZE", "\r\n250-ETRN\r\n250-ATRN\r\n250-SIZE"); })},
        {"limits-offered-after-helo",
         {"5321-3.2-helo-not-extended"},
         "HELO's reply lists LIMITS",
         helo_lists("LIMITS RCPTMAX=100")},
        {"null-sender-refused-in-submission",
         {"6409-3.2-null-return-path-ok"},
         "MAIL FROM:<> is refused",
         taken_as("^MAIL FROM:<>", "MAIL FROM:<")},
    };
}

}  // namespace

Faults extension_faults() {
    Faults all = auth();
    for (auto part : {chunks(), notifications(), international(), priorities(), times(), encrypted(), submission()}) {
        std::ranges::move(part, std::back_inserter(all));
    }
    return all;
}

}  // namespace refserver::faults
