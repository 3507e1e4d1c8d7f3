#include "faults/put_in.h"

#include <algorithm>
#include <atomic>
#include <regex>

namespace refserver::faults {
namespace {

PutIn every(std::function<std::string(std::string)> change) {
    return with_replies([change](const std::string&, std::string r) { return change(std::move(r)); });
}

/// Replies that begin so.
PutIn beginning(std::string start, std::function<std::string(const std::string&)> change) {
    return every([start, change](std::string r) {
        if (r.compare(0, start.size(), start) == 0) r = change(r);
        return r;
    });
}

PutIn coded(std::string verb, std::string from, std::string to) {
    return with_reply(std::move(verb), [=](std::string r) { return replaced(std::move(r), from, to); });
}

PutIn edited(std::string verb, const char* pattern, const char* replacement) {
    return with_reply(std::move(verb), [expression = std::regex(pattern), replacement](std::string r) {
        return std::regex_replace(r, expression, replacement);
    });
}

PutIn keyword_missing(const char* keyword) {
    return edited("EHLO", (std::string("\r\n250-") + keyword + "[^\r]*").c_str(), "");
}

std::string without_enhanced(const std::string& r) {
    static const std::regex enhanced("(^|\n)([0-9]{3}[- ])[245]\\.[0-9]+\\.[0-9]+ ");
    return std::regex_replace(r, enhanced, "$1$2");
}

/// The first client, which asks whether the server is there, is greeted as it should be.
PutIn later_greetings(std::string greeting) {
    return [greeting](service::ServeOptions& options) {
        options.seams.octets = [greeting, greeted = std::make_shared<std::atomic<bool>>(false)] {
            Changes changes;
            if (greeted->exchange(true)) {
                changes.reply = [greeting](const std::string& verb, std::string reply) {
                    return verb.empty() ? greeting : reply;
                };
            }
            return std::make_unique<Dialogue>(changes);
        };
    };
}

Faults forms() {
    return {
        {"replies-end-in-lf", {"5321-2.3.8-server-replies-crlf"}, "replies end in a bare LF", every([](std::string r) {
             return replaced(std::move(r), "\r\n", "\n");
         })},
        {"replies-end-in-cr",
         {"5321-2.3.8-server-replies-crlf", "5321-4.2-reply-grammar"},
         "RSET's reply ends in CR CR LF",
         coded("RSET", "\r\n", "\r\r\n")},
        {"two-replies-to-noop",
         {"5321-4.2-one-reply-per-command", "5321-4.1.1.9-noop-250"},
         "NOOP gets two replies",
         with_reply("NOOP", [](const std::string& r) { return r + r; })},
        {"two-replies-to-rset",
         {"5321-4.2-one-reply-per-command", "5321-4.1.1.5-rset-250"},
         "RSET gets two replies",
         with_reply("RSET", [](const std::string& r) { return r + r; })},
        {"two-replies-to-the-mail",
         {"5321-4.2-one-reply-per-command", "5321-3.3-data-354-250"},
         "the end of the mail gets two replies",
         with_reply(".", [](const std::string& r) { return r + r; })},
        {"two-replies-to-a-bad-command",
         {"5321-4.2-one-reply-per-command", "5321-4.2.4-500-unrecognised"},
         "an unknown command gets two replies",
         beginning("500", [](const std::string& r) { return r + r; })},
        {"codes-differ-within-a-reply",
         {"5321-4.2.1-same-code-each-line", "5321-4.2-reply-grammar"},
         "lines of EHLO's reply have different codes",
         coded("EHLO", "\r\n250-SIZE", "\r\n251-SIZE")},
        {"last-line-with-hyphen",
         {"5321-4.2-reply-grammar", "5321-4.1.1.1-ehlo-reply-keyword-lines"},
         "lines of EHLO's reply have no hyphen",
         coded("EHLO", "\r\n250-SIZE", "\r\n250 SIZE")},
        {"code-without-text",
         {"5321-4.2-no-bare-codes"},
         "NOOP gets a code alone",
         with_reply("NOOP", [](const std::string& r) { return r.substr(0, 3) + "\r\n"; })},
        {"code-of-four-digits",
         {"5321-4.2-reply-grammar"},
         "NOOP gets a code of four digits",
         coded("NOOP", "250 ", "2500 ")},
        {"code-with-first-digit-6",
         {"5321-4.2-first-digit-2-to-5"},
         "unknown commands get 600",
         beginning("500", [](const std::string& r) { return "600" + r.substr(3); })},
        {"reply-of-600-octets",
         {"5321-4.5.3.1.5-reply-512"},
         "NOOP's reply has more than 512 octets",
         with_reply("NOOP",
                    [](const std::string& r) { return r.substr(0, r.size() - 2) + std::string(600, 'x') + "\r\n"; })},
        {"eight-bit-in-replies",
         {"5321-4.2-textstring-charset"},
         "the text of replies holds octets above 127",
         every([](std::string r) { return r.size() > 6 ? r.substr(0, r.size() - 2) + " \xc3\xa9\r\n" : r; })},
        {"control-octet-in-replies",
         {"5321-4.2-textstring-charset"},
         "the text of replies holds a control octet",
         every([](std::string r) { return r.substr(0, r.size() - 2) + " \x01\r\n"; })},
        {"enhanced-codes-missing",
         {"2034-4-all-replies-prefixed"},
         "no reply has an enhanced code",
         every(without_enhanced)},
        {"enhanced-codes-missing-in-errors",
         {"2034-4-all-replies-prefixed"},
         "refusals have no enhanced code",
         every([](const std::string& r) { return r[0] > '3' ? without_enhanced(r) : r; })},
        {"enhanced-class-differs", {"2034-4-class-agrees"}, "250 goes with 5.x.x", every([](std::string r) {
             return rewritten(r, "(2[0-9]{2} )2\\.", "$015.");
         })},
        {"enhanced-class-of-errors-differs", {"2034-4-class-agrees"}, "5yz goes with 4.x.x", every([](std::string r) {
             return rewritten(r, "(5[0-9]{2} )5\\.", "$014.");
         })},
        {"enhanced-code-in-the-greeting",
         {"2034-4-greeting-ehlo-exempt"},
         "the greeting has an enhanced code",
         coded("", "220 ", "220 2.0.0 ")},
        {"enhanced-code-in-354",
         {"2034-4-3xx-exempt"},
         "354 has an enhanced code",
         coded("DATA", "354 ", "354 2.0.0 ")},
        {"enhanced-code-with-leading-zero",
         {"3463-2-no-leading-zeros", "2034-4-code-syntax"},
         "2.01.5",
         every([](std::string r) { return rewritten(r, "([245])\\.([0-9])\\.", "$1.0$2."); })},
        {"enhanced-code-unregistered",
         {"3463-2-registered-only", "5248-2.4-associated-codes"},
         "codes that nobody knows",
         every([](std::string r) { return rewritten(r, " ([245])\\.[0-9]\\.[0-9] ", " $1.9.99 "); })},
    };
}

Faults hellos() {
    return {
        {"greeting-without-a-name",
         {"5321-4.2-greeting-domain-first"},
         "220 is followed by no domain",
         edited("", "220 [^ \r]+", "220 Welcome!")},
        {"greeting-250-but-for-the-first",
         {"5321-3.1-greeting-sent"},
         "all clients but the first are greeted with 250",
         later_greetings("250 mail.example.org\r\n")},
        {"greeting-554-but-for-the-first",
         {"5321-3.1-greeting-sent"},
         "all clients but the first are greeted with 554",
         later_greetings("554 mail.example.org no service\r\n")},
        {"greeting-twice",
         {"5321-4.2-one-reply-per-command", "5321-3.1-greeting-sent"},
         "two greetings",
         with_reply("", [](const std::string& r) { return r + r; })},
        {"ehlo-reply-without-a-name",
         {"5321-4.1.1.1-ehlo-reply-first-line", "5321-4.1.1.1-server-names-itself"},
         "the first line of EHLO's reply has no domain",
         edited("EHLO", "^250-[^ \r]+", "250-Hello!")},
        {"ehlo-unknown",
         {"5321-2.2.1-ehlo-supported"},
         "EHLO gets 500",
         with_reply("EHLO", [](const std::string&) { return std::string("500 5.5.1 what?\r\n"); })},
        {"helo-unknown",
         {"5321-2.2.1-helo-fallback-server"},
         "HELO gets 502",
         with_reply("HELO", [](const std::string&) { return std::string("502 5.5.1 what?\r\n"); })},
        {"helo-lists-extensions",
         {"5321-3.2-helo-not-extended"},
         "HELO gets the reply of EHLO",
         with_reply("HELO", [](const std::string& r) { return replaced(r, "250 ", "250-") + "250 PIPELINING\r\n"; })},
        {"helo-reply-without-a-name",
         {"5321-4.1.1.1-server-names-itself"},
         "HELO's reply has no domain",
         edited("HELO", "^250 [^\r]*", "250 Hello!")},
        {"keyword-with-underscore",
         {"5321-4.1.1.1-ehlo-keyword-syntax"},
         "a keyword has an underscore",
         coded("EHLO", "\r\n250-SIZE", "\r\n250-SI_ZE\r\n250-SIZE")},
        {"keyword-unregistered",
         {"5321-2.2.2-ehlo-keywords-registered"},
         "a keyword of no registry",
         coded("EHLO", "\r\n250-SIZE", "\r\n250-FASTER\r\n250-SIZE")},
        {"pipelining-with-parameter",
         {"2920-2-keyword-no-params"},
         "PIPELINING has a parameter",
         coded("EHLO", "PIPELINING", "PIPELINING 10")},
        {"8bitmime-not-offered",
         {"5321-2.4-8bitmime-offered"},
         "8BITMIME is not in the list",
         keyword_missing("8BITMIME")},
        {"8bitmime-with-parameter",
         {"6152-2-keyword-no-params"},
         "8BITMIME has a parameter",
         coded("EHLO", "8BITMIME", "8BITMIME yes")},
        {"size-not-offered",
         {"5321-4.5.3.1.7-size-extension-for-limits"},
         "SIZE is not in the list",
         keyword_missing("SIZE")},
        {"size-with-a-word",
         {"1870-3-keyword-param"},
         "SIZE is followed by a word",
         edited("EHLO", "SIZE [0-9]+", "SIZE big")},
        {"enhanced-codes-with-parameter",
         {"2034-3-keyword-no-params"},
         "ENHANCEDSTATUSCODES has a parameter",
         coded("EHLO", "ENHANCEDSTATUSCODES", "ENHANCEDSTATUSCODES 2")},
        {"help-not-offered",
         {"5321-4.1.1.1-ehlo-lists-optional-commands"},
         "HELP is not in the list",
         edited("EHLO", "\r\n250[- ]HELP", "")},
        {"turn-offered",
         {"5321-F.1-turn-not-used"},
         "TURN is in the list",
         coded("EHLO", "\r\n250-SIZE", "\r\n250-TURN\r\n250-SIZE")},
        {"rcptmax-of-zero",
         {"9422-3.1-registered-limits", "9422-4.2-rcptmax-value"},
         "RCPTMAX=0",
         edited("EHLO", "RCPTMAX=[0-9]+", "RCPTMAX=0")},
    };
}

Faults codes() {
    const auto refused_as = [](const char* verb, const char* from, const char* to) { return coded(verb, from, to); };
    return {
        {"mail-gets-251",
         {"5321-3.3-mail-ok-250", "5321-4.3.2-codes-mail"},
         "MAIL gets 251",
         refused_as("MAIL", "250 ", "251 ")},
        {"rcpt-gets-252",
         {"5321-3.3-rcpt-ok-250", "5321-4.3.2-codes-rcpt"},
         "RCPT gets 252",
         refused_as("RCPT", "250 ", "252 ")},
        {"data-gets-350", {"5321-3.3-data-354-250"}, "DATA gets 350", refused_as("DATA", "354 ", "350 ")},
        {"mail-stored-gets-251",
         {"5321-3.3-data-354-250", "5321-4.3.2-codes-eod"},
         "the end of the mail gets 251",
         refused_as(".", "250 ", "251 ")},
        {"mail-stored-gets-450",
         {"5321-4.1.1.4-success-means-ok", "5321-3.3-data-354-250"},
         "the end of the mail gets 450 though it is stored",
         refused_as(".", "250 2", "450 4")},
        {"noop-gets-252", {"5321-4.1.1.9-noop-250"}, "NOOP gets 252", refused_as("NOOP", "250 ", "252 ")},
        {"help-gets-502",
         {"5321-4.1.1.8-help-supported", "5321-4.3.2-codes-help"},
         "HELP gets 500",
         with_reply("HELP", [](const std::string&) { return std::string("500 5.5.1 no\r\n"); })},
        {"vrfy-unknown",
         {"5321-4.5.1-vrfy-required", "5321-4.3.2-codes-vrfy"},
         "VRFY gets 500",
         with_reply("VRFY", [](const std::string&) { return std::string("500 5.5.1 no\r\n"); })},
        {"vrfy-verifies-everything",
         {"5321-3.5.3-vrfy-250-only-if-verified"},
         "VRFY gets 250 for whatever it is given",
         refused_as("VRFY", "252 2.1.5", "250 2.1.5")},
        {"vrfy-denies-everything",
         {"5321-7.3-vrfy-not-always-550"},
         "VRFY gets 550 for whatever it is given",
         with_reply("VRFY", [](const std::string&) { return std::string("550 5.1.1 no\r\n"); })},
        {"unknown-command-gets-250",
         {"5321-4.2.4-500-unrecognised", "5321-4.1.5-x-command-500"},
         "an unknown command gets 250",
         every([](std::string r) { return replaced(std::move(r), "500 5.5.", "250 2.5."); })},
        {"unknown-command-gets-421",
         {"5321-3.8-unknown-command-keeps-open", "5321-4.2.4-500-unrecognised"},
         "an unknown command gets 421",
         beginning("500", [](const std::string&) { return std::string("421 4.5.1 no\r\n"); })},
        {"out-of-order-gets-501",
         {"5321-4.1.4-out-of-order-503"},
         "503 is 501",
         beginning("503", [](const std::string& r) { return "501" + r.substr(3); })},
        {"syntax-error-is-temporary",
         {"5321-4.2.1-severity-4-vs-5", "5321-4.1.4-bad-mail-arg-501"},
         "501 is 450",
         beginning("501 5", [](const std::string& r) { return "450 4" + r.substr(5); })},
        {"unknown-mailbox-gets-500",
         {"5321-3.3-rcpt-unknown-550", "X2"},
         "RCPT for an unknown mailbox gets 500",
         refused_as("RCPT", "550 5.1.1", "500 5.1.1")},
        {"sender-syntax-enhanced-code",
         {"3463-3.2-bad-sender-syntax-x.1.7"},
         "5.1.7 is 5.1.0",
         refused_as("MAIL", "5.1.7", "5.1.0")},
        {"recipient-syntax-enhanced-code",
         {"3463-3.2-bad-address-syntax-x.1.3"},
         "5.1.3 is 5.1.0",
         refused_as("RCPT", "5.1.3", "5.1.0")},
        {"sequence-enhanced-code", {"3463-3.6-bad-sequence-x.5.1"}, "5.5.1 is 5.5.0", every([](std::string r) {
             return replaced(std::move(r), "503 5.5.1", "503 5.5.0");
         })},
        {"argument-enhanced-code", {"3463-3.6-bad-args-x.5.4"}, "5.5.4 is 5.5.0", every([](std::string r) {
             return replaced(std::move(r), " 5.5.4 ", " 5.5.0 ");
         })},
    };
}

}  // namespace

Faults reply_faults() {
    Faults all = forms();
    for (auto part : {hellos(), codes()}) std::ranges::move(part, std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
