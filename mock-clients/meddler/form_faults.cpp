#include "meddler/making.h"

#include <regex>

/// The form of replies: what may stand in their lines and at the ends of them.
namespace smtpspec::meddler {
namespace {

std::string without_enhanced(const std::string& r) {
    static const std::regex enhanced("(^|\n)([0-9]{3}[- ])[245]\\.[0-9]+\\.[0-9]+ ");
    return std::regex_replace(r, enhanced, "$1$2");
}

}  // namespace

Faults form_faults() {
    return {
        {"replies-end-in-lf", {"5321-2.3.8-server-replies-crlf"}, "replies end in a bare LF", every([](std::string r) {
             return replaced(std::move(r), "\r\n", "\n");
         })},
        {"replies-end-in-cr",
         {"5321-2.3.8-server-replies-crlf", "5321-4.2-reply-grammar"},
         "RSET's reply ends in CR CR LF",
         coded("RSET", "\r\n", "\r\r\n")},
        {"lines-within-a-reply-end-in-lf",
         {"5321-2.3.8-server-replies-crlf"},
         "all lines of EHLO's reply but the last end in a bare LF",
         coded("EHLO", "\r\n250", "\n250")},
        {"empty-line-before-a-reply",
         {"5321-4.2-reply-grammar"},
         "an empty line comes before RSET's reply",
         with_reply("RSET", [](const std::string& r) { return "\r\n" + r; })},
        {"tab-behind-the-code",
         {"5321-4.2-reply-grammar"},
         "a tab follows the code of RSET's reply",
         coded("RSET", "250 ", "250\t")},
        {"last-line-says-that-more-follows",
         {"5321-4.2-reply-grammar"},
         "the last line of RSET's reply has a hyphen",
         coded("RSET", "250 ", "250-")},
        {"nul-in-replies", {"5321-4.2-textstring-charset"}, "the text of replies holds a NUL", every([](std::string r) {
             return r.insert(r.size() - 2, 1, '\0');
         })},
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
         every([](const std::string& r) { return r.size() > 6 ? r.substr(0, r.size() - 2) + " \xc3\xa9\r\n" : r; })},
        {"eight-bit-in-the-name-of-ehlo",
         {"6531-3.7.1-server-ehlo-ascii"},
         "the name in the reply to EHLO holds octets above 127",
         coded("EHLO", "mail.example.org", "m\xc3\xa4il.example.org")},
        {"eight-bit-in-refusals",
         {"6531-3.7.4.2-no-other-non-ascii"},
         "the text of replies of class 5 holds octets above 127",
         beginning("5", [](const std::string& r) { return r.substr(0, r.size() - 2) + " \xc3\xa9\r\n"; })},
        {"eight-bit-in-replies-to-vrfy",
         {"6531-3.7.4.2-vrfy-utf8-only-if-asked"},
         "the text of replies to VRFY holds octets above 127",
         with_reply("VRFY", [](const std::string& r) { return r.substr(0, r.size() - 2) + " \xc3\xa9\r\n"; })},
        {"control-octet-in-replies",
         {"5321-4.2-textstring-charset"},
         "the text of replies holds a control octet",
         every([](const std::string& r) { return r.substr(0, r.size() - 2) + " \x01\r\n"; })},
        {"enhanced-codes-missing",
         {"2034-4-all-replies-prefixed"},
         "no reply has an enhanced code",
         every(without_enhanced)},
        {"enhanced-codes-missing-in-errors",
         {"2034-4-all-replies-prefixed"},
         "refusals have no enhanced code",
         every([](const std::string& r) { return r[0] > '3' ? without_enhanced(r) : r; })},
        {"enhanced-class-differs", {"2034-4-class-agrees"}, "250 goes with 5.x.x", every([](const std::string& r) {
             return rewritten(r, "(2[0-9]{2} )2\\.", "$015.");
         })},
        {"enhanced-class-of-errors-differs",
         {"2034-4-class-agrees"},
         "5yz goes with 4.x.x",
         every([](const std::string& r) { return rewritten(r, "(5[0-9]{2} )5\\.", "$014."); })},
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
         every([](const std::string& r) { return rewritten(r, "([245])\\.([0-9])\\.", "$1.0$2."); })},
        {"enhanced-code-unregistered",
         {"3463-2-registered-only", "5248-2.4-associated-codes"},
         "codes that nobody knows",
         every([](const std::string& r) { return rewritten(r, " ([245])\\.[0-9]\\.[0-9] ", " $1.9.99 "); })},
    };
}

}  // namespace smtpspec::meddler
