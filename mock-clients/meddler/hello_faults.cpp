#include "meddler/making.h"

/// The greeting, and what EHLO and HELO get.
namespace smtpspec::meddler {
namespace {

MakeChanges keyword_missing(const char* keyword) {
    return edited("EHLO", (std::string("\r\n250-") + keyword + "[^\r]*").c_str(), "");
}

MakeChanges later_greetings(const std::string& greeting, int ports = 1) {
    return later_clients(with_reply("", [greeting](const std::string&) { return greeting; }), ports);
}

}  // namespace

Faults hello_faults() {
    return {
        {"greeting-without-a-name",
         {"5321-4.2-greeting-domain-first"},
         "220 is followed by no domain",
         edited("", "220 [^ \r]+", "220 Welcome!")},
        {"greeting-masked",
         {"5321-4.2-greeting-domain-first"},
         "the text of the greeting is asterisks, as old firewalls have it",
         with_reply("",
                    [](const std::string& r) {
                        return r.size() < 6 ? r : r.substr(0, 4) + std::string(r.size() - 6, '*') + "\r\n";
                    })},
        {"keywords-masked",
         {"5321-2.2.2-ehlo-keywords-registered", "5321-2.4-8bitmime-offered"},
         "keywords of EHLO become XXXX, as old firewalls have it",
         edited("EHLO", "\r\n250([- ])[0-9A-Z]+", "\r\n250$1XXXX")},
        {"greeting-250-but-for-the-first",
         {"5321-3.1-greeting-sent"},
         "all clients but the first are greeted with 250",
         later_greetings("250 mail.example.org\r\n")},
        {"greeting-554-but-for-the-first",
         {"5321-3.1-greeting-sent"},
         "all clients but the first are greeted with 554",
         later_greetings("554 mail.example.org no service\r\n")},
        {"greeting-521-but-for-the-first-three",
         {"6409-7-no-521"},
         "all clients but the first three are greeted with 521",
         later_greetings("521 mail.example.org takes no mail\r\n", 3)},
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

}  // namespace smtpspec::meddler
