#include "meddler/making.h"

/// Codes and texts of replies that belong to one command.
namespace smtpspec::meddler {

Faults reply_faults() {
    return {
        {"mail-gets-251",
         {"5321-3.3-mail-ok-250", "5321-4.3.2-codes-mail"},
         "MAIL gets 251",
         coded("MAIL", "250 ", "251 ")},
        {"rcpt-gets-252",
         {"5321-3.3-rcpt-ok-250", "5321-4.3.2-codes-rcpt"},
         "RCPT gets 252",
         coded("RCPT", "250 ", "252 ")},
        {"data-gets-350", {"5321-3.3-data-354-250"}, "DATA gets 350", coded("DATA", "354 ", "350 ")},
        {"mail-stored-gets-251",
         {"5321-3.3-data-354-250", "5321-4.3.2-codes-eod"},
         "the end of the mail gets 251",
         coded(".", "250 ", "251 ")},
        {"mail-stored-gets-450",
         {"5321-4.1.1.4-success-means-ok", "5321-3.3-data-354-250"},
         "the end of the mail gets 450 though it is stored",
         coded(".", "250 2", "450 4")},
        {"noop-gets-252", {"5321-4.1.1.9-noop-250"}, "NOOP gets 252", coded("NOOP", "250 ", "252 ")},
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
         coded("VRFY", "252 2.1.5", "250 2.1.5")},
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
         coded("RCPT", "550 5.1.1", "500 5.1.1")},
        {"sender-syntax-enhanced-code",
         {"3463-3.2-bad-sender-syntax-x.1.7"},
         "5.1.7 is 5.1.0",
         coded("MAIL", "5.1.7", "5.1.0")},
        {"recipient-syntax-enhanced-code",
         {"3463-3.2-bad-address-syntax-x.1.3"},
         "5.1.3 is 5.1.0",
         coded("RCPT", "5.1.3", "5.1.0")},
        {"sequence-enhanced-code", {"3463-3.6-bad-sequence-x.5.1"}, "5.5.1 is 5.5.0", every([](std::string r) {
             return replaced(std::move(r), "503 5.5.1", "503 5.5.0");
         })},
        {"argument-enhanced-code", {"3463-3.6-bad-args-x.5.4"}, "5.5.4 is 5.5.0", every([](std::string r) {
             return replaced(std::move(r), " 5.5.4 ", " 5.5.0 ");
         })},
    };
}

}  // namespace smtpspec::meddler
