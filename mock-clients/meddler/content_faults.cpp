#include "meddler/making.h"

#include <memory>
#include <regex>
#include <utility>

/// The mail on its way in.
namespace smtpspec::meddler {
namespace {

constexpr std::size_t length_of_end = 5;  // CR LF . CR LF

/// `seen` in the content becomes the end of it.
MakeChanges ended_by(const std::string& seen) {
    return with_content([seen](std::string octets) { return replaced(std::move(octets), seen, "\r\n.\r\n"); });
}

/// The text alone, as it stands on the wire, without the dot at its end.
MakeChanges with_text(const std::function<std::string(std::string)>& change) {
    return with_content([change](std::string octets) {
        if (!octets.ends_with("\r\n.\r\n")) {
            return octets;  // nothing but the dot, or broken off
        }
        const std::size_t size = octets.size() - length_of_end + 2;
        return change(octets.substr(0, size)) + octets.substr(size);
    });
}

MakeChanges with_text(const char* pattern, const char* replacement) {
    return with_text([expression = std::regex(pattern), replacement](const std::string& text) {
        return std::regex_replace(text, expression, replacement);
    });
}

/// A mail with a lone CR or LF is asked for once more.
MakeChanges asked_again_for_lone_line_ends() {
    return [] {
        auto lone = std::make_shared<bool>(false);
        Changes changes;
        changes.raw_content = [lone](std::string octets) {
            static const std::regex found("(^|[^\r])\n|\r(?!\n)");
            *lone = std::regex_search(octets, found);
            return octets;
        };
        changes.reply = [lone](const std::string& verb, std::string own) {
            return verb == "." && *lone ? std::string("354 go on\r\n") : std::move(own);
        };
        return changes;
    };
}

MakeChanges with_chunk(std::function<std::string(std::string)> change) {
    Changes changes;
    changes.chunk = std::move(change);
    return with(changes);
}

std::string without(std::string text, char octet) {
    std::erase(text, octet);
    return text;
}

std::string seven_bit(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(c & 0x7f);
    }
    return text;
}

/// The wire takes the mail itself, and the server gets nothing but its end.
Changes second_mail_swallowed() {
    Changes changes;
    changes.raw_content = [mails = 0](std::string octets) mutable {
        return ++mails > 1 ? std::string(".\r\n") : std::move(octets);
    };
    return changes;
}

Faults ends() {
    return {
        {"lf-dot-lf-ends-the-mail",
         {"5321-4.1.1.4-lf-dot-lf-not-eod"},
         "LF.LF is taken as the end of the mail",
         ended_by("\n.\n")},
        {"lf-dot-crlf-ends-the-mail",
         {"5321-4.1.1.4-lf-dot-crlf-not-eod"},
         "LF.CRLF is taken as the end of the mail",
         with_content([](const std::string& s) {
             static const std::regex end("([^\r])\n\\.\r\n");
             return std::regex_replace(s, end, "$1\r\n.\r\n");
         })},
        {"crlf-dot-lf-ends-the-mail",
         {"5321-4.1.1.4-crlf-dot-lf-not-eod"},
         "CRLF.LF is taken as the end of the mail",
         ended_by("\r\n.\n")},
        {"cr-dot-cr-ends-the-mail",
         {"5321-4.1.1.4-cr-dot-cr-not-eod"},
         "CR.CR is taken as the end of the mail",
         ended_by("\r.\r")},
        {"nul-dot-ends-the-mail",
         {"5321-4.1.1.4-nul-near-dot-not-eod"},
         "NUL octets are dropped before the end is looked for",
         with_content([](std::string s) { return without(std::move(s), '\0'); })},
        {"bare-lf-becomes-crlf",
         {"5321-4.1.1.4-bare-lf-lines-not-accepted", "5321-4.1.1.4-lf-dot-lf-not-eod"},
         "each bare LF in the content becomes CR LF",
         with_content([](const std::string& s) {
             static const std::regex lf("([^\r])\n");
             return std::regex_replace(s, lf, "$1\r\n");
         })},
        {"dot-line-any-ends-the-mail",
         {"5321-4.5.2-server-dot-unstuffing", "5321-4.5.2-lone-dot-ends"},
         "a line that begins with a dot ends the mail",
         ended_by("\r\n..\r\n")},
        {"dots-not-unstuffed",
         {"5321-4.5.2-server-dot-unstuffing"},
         "the dot that the client added stays",
         with_content([](std::string s) { return replaced(std::move(s), "\r\n..", "\r\n..."); })},
        {"dots-unstuffed-twice",
         {"5321-4.5.2-server-dot-unstuffing"},
         "two dots are taken away where a line begins with more than one",
         with_text([](const std::string& s) { return rewritten(s, "\r\n\\.\\.(?=[^\r])", "\r\n."); })},
    };
}

Faults alterations() {
    return {
        {"lone-line-ends-get-354",
         {"5321-4.1.1.4-bare-lf-lines-not-accepted", "5321-4.1.1.4-cr-dot-cr-not-eod"},
         "the end of a mail with a lone CR or LF gets 354",
         asked_again_for_lone_line_ends()},
        {"tabs-become-blanks",
         {"5321-4.5.2-whitespace-preserved", "5321-4.5.2-all-ascii-delivered"},
         "tabs in the content become blanks",
         with_text("\t", " ")},
        {"blanks-at-line-ends-dropped",
         {"5321-4.5.2-whitespace-preserved"},
         "blanks before a line's end are dropped",
         with_text(" +\r\n", "\r\n")},
        {"blank-added-at-line-ends",
         {"5321-4.5.2-whitespace-preserved", "5321-4.5.2-all-ascii-delivered"},
         "a blank is added before each line's end",
         with_text("\r\n", " \r\n")},
        {"eighth-bit-cleared",
         {"6152-3-preserve-all-bits", "6152-3-deliver-preserving-bits"},
         "octets above 127 lose their highest bit",
         with_text(seven_bit)},
        {"control-octets-dropped",
         {"5321-4.5.2-all-ascii-delivered"},
         "control octets in the content are dropped",
         with_text("[\x01-\x08\x0e-\x1f]", "")},
        {"empty-line-added-at-the-end",
         {"5321-4.1.1.4-no-extra-crlf", "5321-4.1.1.4-final-crlf-is-content"},
         "CR LF is added to the content",
         with_text([](const std::string& s) { return s + "\r\n"; })},
        {"footer-added",
         {"5321-4.5.2-all-ascii-delivered", "5321-3.6.3-relay-no-alteration"},
         "a line of advertisement is added",
         with_text([](const std::string& s) { return s + "Sent through a meddler\r\n"; })},
        {"second-mail-swallowed",
         {"5321-4.1.4-many-transactions", "5321-2.1-handoff-responsibility", "5321-4.1.1.4-success-means-ok"},
         "of all mails of a connection but the first the server gets nothing but the end",
         [] { return second_mail_swallowed(); }},
        {"what-comes-with-the-end-of-a-mail-lost",
         {"2920-3.2-input-not-flushed", "2920-3.1-server-message-then-mail"},
         "commands in one piece with the end of a mail are lost",
         [] {
             Changes changes;
             changes.loses_what_follows_content = true;
             return changes;
         }},
        {"chunks-lose-nul",
         {"3030-3-binary-preserved", "3030-2-exact-count"},
         "NUL octets in chunks become blanks",
         with_chunk([](std::string s) { return replaced(std::move(s), std::string_view("\0", 1), " "); })},
        {"chunks-lose-an-octet",
         {"3030-2-exact-count", "3030-2-chunk-250"},
         "the last octet of each chunk is lost",
         with_chunk([](const std::string& s) { return s.substr(0, s.size() - 1); })},
        {"chunks-gain-an-octet",
         {"3030-2-exact-count"},
         "the last octet of each chunk comes twice",
         with_chunk([](std::string s) { return s + s.back(); })},
        {"chunks-lose-their-dots",
         {"3030-2-no-dot-processing", "3030-2-lone-dot-via-bdat-relayed"},
         "a dot at the beginning of a line in a chunk becomes a blank",
         with_chunk([](const std::string& s) { return rewritten(s, "(\r\n|^)\\.", "$1 "); })},
        {"chunks-lose-their-eighth-bit",
         {"6152-3-preserve-all-bits", "3030-3-binary-preserved"},
         "octets above 127 in chunks lose their highest bit",
         with_chunk(seven_bit)},
    };
}

}  // namespace

Faults content_faults() {
    Faults all = ends();
    for (Fault& fault : alterations()) {
        all.push_back(std::move(fault));
    }
    return all;
}

}  // namespace smtpspec::meddler
