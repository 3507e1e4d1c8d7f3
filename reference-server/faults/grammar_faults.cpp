#include "faults/put_in.h"

#include <algorithm>
#include <regex>

namespace refserver::faults {
namespace {

using protocol::RecipientVerdict;
using protocol::Refusal;

/// Command lines that match are taken for another one, which the server refuses.
PutIn refused(const char* pattern, std::string as = "XXXX", bool any_case = false) {
    const auto flags = any_case ? std::regex::extended | std::regex::icase : std::regex::extended;
    return with_command([expression = std::regex(pattern, flags), as](const std::string& line) {
        return std::regex_search(line, expression) ? as : line;
    });
}

/// Command lines are mended before they are judged.
PutIn mended(const char* pattern, const char* replacement) {
    return with_command([expression = std::regex(pattern, std::regex::icase), replacement](const std::string& line) {
        return std::regex_replace(line, expression, replacement);
    });
}

PutIn mended_octets(std::function<std::string(std::string)> change) {
    Changes changes;
    changes.raw_commands = std::move(change);
    return with_dialogue(changes);
}

PutIn senders_refused(std::function<bool(const protocol::ReversePath&)> which) {
    Answers answers;
    answers.mail = [which](const Question&, const protocol::ReversePath& path, std::optional<Refusal> own) {
        return which(path) ? Refusal{550, "5.1.8", "no", ""} : own;
    };
    return with_answers(answers);
}

PutIn recipients_refused(std::function<bool(const protocol::Mailbox&)> which) {
    return with_recipients([which](const Question&, const protocol::Mailbox& mailbox, RecipientVerdict own) {
        return which(mailbox) ? RecipientVerdict(Refusal{550, "5.1.3", "no", ""}) : own;
    });
}

bool has_upper(const std::string& text) {
    return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

constexpr const char* mail_bad = "MAIL FROM:<";
constexpr const char* rcpt_bad = "RCPT TO:<";

}  // namespace

Faults grammar_faults() {
    return {
        {"lower-case-verbs-unknown",
         {"5321-2.4-verbs-case-insensitive"},
         "verbs in lower case are unknown",
         refused("^[a-z]{4}( |$)")},
        {"mixed-case-verbs-unknown",
         {"5321-2.4-verbs-case-insensitive"},
         "verbs in mixed case are unknown",
         refused("^([A-Z][a-z]+|[a-z]+[A-Z])")},
        {"from-in-lower-case-refused",
         {"5321-2.4-arguments-case-insensitive"},
         "from: and to: in lower case are refused",
         refused("^[A-Za-z]{4} (from|to):", mail_bad)},
        {"bare-lf-ends-a-command",
         {"5321-2.3.8-no-bare-lf-command"},
         "a bare LF ends a command",
         mended_octets([](std::string s) { return rewritten(s, "([^\r])\n", "$1\r\n"); })},
        {"bare-cr-ends-a-command",
         {"5321-2.3.8-no-bare-cr-command"},
         "a bare CR ends a command",
         mended_octets([](std::string s) { return rewritten(s, "\r([^\n])", "\r\n$1"); })},
        {"command-acted-on-before-its-end",
         {"5321-2.4-no-action-before-crlf"},
         "a command is acted on before its CR LF has come",
         mended_octets([](std::string s) {
             return s.size() >= 4 && s.find('\n') == std::string::npos && !s.ends_with("\r") ? s + "\r\n" : s;
         })},
        {"high-bit-of-commands-cleared",
         {"5321-2.4-reject-non-ascii-commands"},
         "octets above 127 in commands lose their highest bit",
         with_command([](std::string line) {
             for (char& c : line) c = static_cast<char>(c & 0x7f);
             return line;
         })},
        {"control-octets-in-commands-dropped",
         {"5321-4.1.2-control-chars-refused", "5321-4.1.2-invalid-chars-no-injection"},
         "control octets in commands are dropped",
         mended("[\x01-\x08\x0e-\x1f\x7f]", "")},
        {"blanks-at-the-end-refused",
         {"5321-4.1.1-trailing-whitespace"},
         "a blank before CR LF is refused",
         refused("[ \t]$", mail_bad)},
        {"blank-after-colon-closes",
         {"5321-4.2-one-reply-per-command"},
         "MAIL FROM: <x> ends the session without a reply",
         with_dialogue(
             {.command = [](const std::string& l) { return l.find(": <") != std::string::npos ? "QUIT" : l; },
              .raw_commands = {},
              .raw_content = {},
              .reply = [](const std::string& v,
                          std::string r) { return v == "MAIL" && r.starts_with("221") ? std::string() : r; }})},
        {"path-without-brackets-accepted",
         {"5321-4.1.2-path-angle-brackets", "5321-4.1.1.2-mail-syntax"},
         "MAIL FROM:x@y is accepted",
         mended("^(MAIL FROM|RCPT TO):([^<> ]+)", "$1:<$2>")},
        {"null-path-refused",
         {"5321-4.1.1.2-mail-null-path"},
         "MAIL FROM:<> is refused",
         senders_refused([](const auto& path) { return !path.mailbox; })},
        {"own-senders-refused",
         {"2505-2.7-own-domain-sender-not-refused"},
         "a sender of the hosted domain is refused",
         senders_refused([](const auto& path) { return path.mailbox && path.mailbox->domain == "example.org"; })},
        {"quoted-local-part-refused",
         {"5321-4.1.2-quoted-string-local"},
         "a quoted local part is refused",
         refused("<\"", mail_bad)},
        {"escaped-quotes-refused",
         {"5321-4.1.2-quoted-string-local", "5321-4.1.2-backslash-literal"},
         "a backslash in a quoted local part is refused",
         refused("\\\\", mail_bad)},
        {"source-route-refused",
         {"5321-3.3-source-route-tolerated"},
         "a source route is refused as bad syntax",
         refused("<@", rcpt_bad)},
        {"source-route-followed",
         {"5321-3.3-source-route-ignored", "5321-4.1.1.3-route-not-copied"},
         "the first host of a source route is where the mail goes",
         mended("TO:<@([^,:]+)[,:].*>", "TO:<via@$1>")},
        {"percent-hack-accepted",
         {"2505-2.1-relay-hacks-refused"},
         "user%domain is accepted for relaying, whoever asks",
         with_recipients(
             [](const Question&, const protocol::Mailbox& mailbox, RecipientVerdict own) -> RecipientVerdict {
                 if (mailbox.local_part.find('%') == std::string::npos) return own;
                 return protocol::AcceptRecipient{protocol::RecipientKind::outgoing, {}};
             })},
        {"address-literal-refused",
         {"5321-4.1.3-ipv4-literal", "5321-4.1.2-mailbox-literal"},
         "[192.0.2.1] after @ is refused",
         refused("@\\[[0-9]", mail_bad)},
        {"own-literal-refused",
         {"1123-5.2.17-own-literal-accepted"},
         "mail for the server's own address literal is refused",
         refused("@\\[127\\.", rcpt_bad)},
        {"ipv6-literal-refused",
         {"5321-4.1.3-ipv6-literal"},
         "[IPv6:…] after @ is refused",
         refused("@\\[IPv6", mail_bad, true)},
        {"hello-with-literal-refused",
         {"5321-4.1.1.1-ehlo-accepts-ipv4-literal"},
         "EHLO [192.0.2.1] is refused",
         refused("^EHLO \\[[0-9]", "EHLO")},
        {"hello-with-ipv6-literal-refused",
         {"5321-4.1.1.1-ehlo-accepts-ipv6-literal"},
         "EHLO [IPv6:…] is refused",
         refused("^EHLO \\[IPv6", "EHLO", true)},
        {"hello-without-a-name-accepted",
         {"5321-4.1.1.1-ehlo-needs-argument"},
         "EHLO alone is accepted",
         mended("^EHLO *$", "EHLO nobody.example")},
        {"hello-from-a-stranger-refused",
         {"5321-4.1.4-ehlo-mismatch-not-refused"},
         "EHLO with a name that is not the client's is refused",
         with_reply("EHLO", [](const std::string&) { return std::string("550 5.7.1 not your name\r\n"); })},
        {"underscore-in-domain-accepted",
         {"5321-4.1.2-underscore-rejected-501"},
         "a domain with an underscore is accepted",
         mended("(@[^ >]*)_", "$1x")},
        {"trailing-dot-in-domain-accepted",
         {"5321-4.1.2-domain-grammar"},
         "a domain may end in a dot",
         mended("\\.>", ">")},
        {"double-dot-in-domain-accepted",
         {"5321-4.1.2-domain-grammar", "5321-4.1.2-dot-string"},
         "two dots are taken for one",
         mended("\\.\\.+", ".")},
        {"dot-at-the-end-of-local-part-accepted",
         {"5321-4.1.2-dot-string"},
         "a local part may end in a dot",
         mended("\\.@", "@")},
        {"hyphen-at-label-end-accepted",
         {"5321-4.1.2-domain-grammar", "5321-2.3.5-labels-ldh"},
         "a label may end in a hyphen",
         mended("-(\\.|>)", "$1")},
        {"atext-plus-refused",
         {"5321-4.1.2-atext-chars"},
         "+ in a local part is refused",
         refused("<[^@]*\\+", mail_bad)},
        {"atext-apostrophe-refused",
         {"5321-4.1.2-atext-chars"},
         "' in a local part is refused",
         refused("<[^@]*'", mail_bad)},
        {"digits-in-domain-refused",
         {"5321-4.1.2-domain-digits"},
         "a label that begins with a digit is refused",
         refused("[@.][0-9][^]@]*>", mail_bad)},
        {"unknown-parameter-accepted",
         {"5321-4.1.1.11-unknown-param-555"},
         "an unknown parameter of MAIL or RCPT is ignored",
         mended("> X[^ ]*$", ">")},
        {"unknown-parameter-gets-501",
         {"5321-4.1.1.11-unknown-param-555"},
         "501 instead of 555",
         with_replies(
             [](const std::string&, std::string r) { return replaced(std::move(r), "555 5.5.4", "501 5.5.4"); })},
        {"body-7bit-refused", {"6152-2-body-values"}, "BODY=7BIT is refused", refused("BODY=7BIT", mail_bad, true)},
        {"body-8bitmime-refused",
         {"6152-2-body-values", "5321-2.4-8bitmime-offered"},
         "BODY=8BITMIME is refused",
         refused("BODY=8BITMIME", mail_bad, true)},
        {"body-of-any-value-accepted", {"6152-2-body-values"}, "BODY= takes any value", mended(" BODY=[^ ]*", "")},
        {"body-given-twice-accepted",
         {"6152-3-one-body-param"},
         "of two BODY parameters the second is ignored",
         mended("( BODY=[^ ]*) BODY=[^ ]*", "$1")},
        {"size-given-twice-accepted",
         {"1870-6-only-one-size"},
         "of two SIZE parameters the second is ignored",
         mended("( SIZE=[^ ]*) SIZE=[^ ]*", "$1")},
        {"postmaster-without-domain-refused",
         {"5321-4.5.1-postmaster-mailbox", "5321-2.3.5-postmaster-unqualified"},
         "RCPT TO:<postmaster> is refused",
         recipients_refused([](const auto& m) { return m.domain.empty(); })},
        {"postmaster-refused",
         {"5321-4.5.1-postmaster-mailbox"},
         "postmaster is refused everywhere",
         recipients_refused([](const auto& m) { return upper(m.local_part) == "POSTMASTER"; })},
        {"postmaster-in-capitals-refused",
         {"5321-4.5.1-postmaster-mailbox"},
         "only postmaster in lower case is known",
         recipients_refused(
             [](const auto& m) { return upper(m.local_part) == "POSTMASTER" && has_upper(m.local_part); })},
        {"domain-in-capitals-refused",
         {"5321-2.4-domain-case-insensitive"},
         "a hosted domain in capitals is not known",
         recipients_refused([](const auto& m) { return has_upper(m.domain); })},
        {"commands-of-300-octets-refused",
         {"5321-4.5.3.1.4-command-512", "5321-4.3.2-no-500-below-512"},
         "a command of more than 300 octets gets 500",
         with_command([](const std::string& l) { return l.size() > 300 ? std::string("XXXX") : l; })},
        {"long-commands-cut",
         {"5321-4.5.3.1.4-command-over-limit"},
         "what is too much of a command is cut off",
         with_command([](const std::string& l) { return l.substr(0, 500); })},
        {"local-part-of-63-is-the-most",
         {"5321-4.5.3.1.1-local-part-64"},
         "a local part of 64 octets is refused",
         recipients_refused([](const auto& m) { return m.local_part.size() > 63; })},
        {"domain-of-200-is-the-most",
         {"5321-4.5.3.1.3-path-256"},
         "a path with a domain of more than 200 octets is refused",
         refused("@[^>]{201}", mail_bad)},
        {"hello-of-200-octets-is-the-most",
         {"5321-4.5.3.1.2-domain-255"},
         "EHLO with a domain of more than 200 octets is refused",
         refused("^EHLO .{201}", "EHLO")},
        {"noop-with-argument-refused",
         {"5321-4.1.1.9-noop-ignores-argument"},
         "NOOP with words gets 501",
         refused("^NOOP .", "HELO")},
        {"data-with-argument-accepted",
         {"5321-4.1.1-no-params-server"},
         "DATA with words is accepted",
         mended("^(DATA|RSET|QUIT) +.*$", "$1")},
    };
}

}  // namespace refserver::faults
