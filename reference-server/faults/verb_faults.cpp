#include "faults/memory.h"

#include <algorithm>
#include <deque>
#include <regex>

/// What single commands get: VRFY, EXPN, those that EHLO does not list, and addresses and parameters of odd forms.
namespace refserver::faults {
namespace {

/// A verb gets 250 with that text; `%` stands for what the client asked, without the parameters behind it.
PutIn confirms(const std::string& verb, const std::string& text) {
    return with_memory([=] {
        auto asked = std::make_shared<std::deque<std::string>>();
        Changes changes;
        changes.command = [=](const std::string& line) {
            if (verb_of(line) == verb) {
                const std::string argument = line.substr(std::min(line.size(), verb.size() + 1));
                asked->push_back(argument.substr(0, argument.find(' ')));
            }
            return line;
        };
        changes.reply = [=](const std::string& of, std::string own) {
            if (of != verb || asked->empty()) return own;
            const std::string argument = asked->front();
            asked->pop_front();
            const bool ascii = std::ranges::all_of(argument, [](char c) { return (c & 0x80) == 0; });
            if (!ascii) return own;
            return replaced("250 " + text + "\r\n", "%", argument);
        };
        return changes;
    });
}

/// EHLO lists the verb, and it is answered as one that nobody has written.
PutIn listed_but_unimplemented(const std::string& verb) {
    return with_replies([=](const std::string& of, std::string own) {
        if (of == verb) return std::string("502 5.5.1 not yet\r\n");
        if (of != "EHLO" || own.find(verb) != std::string::npos) return own;
        return replaced(own, "\r\n250-SIZE", "\r\n250-" + verb + "\r\n250-SIZE");
    });
}

PutIn postmaster_at_the_first_domain_only() {
    return with_recipients([](const Question& asked, const protocol::Mailbox& mailbox,
                              protocol::RecipientVerdict own) -> protocol::RecipientVerdict {
        const auto& domains = asked.configuration.settings.general.local_domains;
        const std::string address = upper(mailbox.to_string());
        if (domains.empty() || !address.starts_with("POSTMASTER@")) return own;
        if (address.ends_with("@" + upper(domains.front()))) return own;
        return protocol::Refusal{550, "5.1.1", "no such mailbox", "X2"};
    });
}

/// After HELO replies have no enhanced codes.
PutIn no_enhanced_codes_after_helo() {
    return with_memory([] {
        auto old = std::make_shared<bool>(false);
        Changes changes;
        changes.command = [=](const std::string& line) {
            const std::string verb = verb_of(line);
            if (verb == "HELO" || verb == "EHLO") *old = verb == "HELO";
            return line;
        };
        changes.reply = [=](const std::string&, std::string own) {
            return *old ? rewritten(own, "(^|\n)([0-9]{3}[- ])[245]\\.[0-9]+\\.[0-9]+ ", "$1$2") : own;
        };
        return changes;
    });
}

Faults questions() {
    return {
        {"vrfy-confirms-without-a-mailbox",
         {"5321-3.5.1-vrfy-250-has-mailbox", "5321-3.5.2-vrfy-reply-fqdn", "5321-3.5.1-vrfy-250-form",
          "5321-3.5.2-vrfy-address-usable", "6531-3.7.4.2-vrfy-utf8-form"},
         "VRFY gets 250 without an address",
         confirms("VRFY", "2.1.5 yes")},
        {"vrfy-confirms-with-a-route",
         {"5321-3.5.2-vrfy-no-routes"},
         "VRFY gets 250 with a source route",
         confirms("VRFY", "2.1.5 <@relay.example:%>")},
        {"vrfy-confirms-another-mailbox",
         {"5321-3.5.2-vrfy-address-usable"},
         "VRFY gets 250 with an address that is not here",
         confirms("VRFY", "2.1.5 <somebody@elsewhere.example>")},
        {"vrfy-listed-but-unimplemented",
         {"5321-4.2.4-no-listing-of-unimplemented"},
         "EHLO lists VRFY, and it gets 502",
         listed_but_unimplemented("VRFY")},
        {"expn-confirms-anything",
         {"5321-3.5.2-expn-listed", "5321-3.5.3-vrfy-250-only-if-verified"},
         "EXPN, which EHLO does not list, gets 250 with the address that was asked",
         confirms("EXPN", "2.1.5 <%>")},
        {"expn-confirms-without-a-mailbox",
         {"5321-3.5.1-expn-250-lists-mailboxes", "5321-3.5.1-one-mailbox-per-line"},
         "EXPN gets 250 without an address",
         confirms("EXPN", "2.1.5 yes")},
        {"turn-and-others-work-unlisted",
         {"5321-4.1.1.1-ehlo-lists-optional-commands"},
         "TURN, SEND, SOML and SAML get 250 though EHLO does not list them",
         answered_where("^(TURN|ATRN|SEND|SOML|SAML)\\b", "5", "250 2.0.0 ok")},
        {"etrn-works-unlisted",
         {"6409-7-no-etrn", "5321-4.1.1.1-ehlo-lists-optional-commands"},
         "ETRN gets 250 though EHLO does not list it",
         answered_where("^ETRN\\b", "5", "250 2.0.0 queued")},
    };
}

Faults envelopes() {
    return {
        {"number-literals-accepted",
         {"5321-F.4-no-number-literals"},
         "RCPT TO:<user@#number> gets 250",
         answered_where("^RCPT TO:<[^>]*@#", "5", "250 2.1.5 ok")},
        {"postmaster-at-the-first-domain-only",
         {"5321-4.5.1-postmaster-every-domain"},
         "postmaster is unknown at all hosted domains but the first",
         postmaster_at_the_first_domain_only()},
        {"notify-makes-nobody-welcome",
         {"3461-5.1-rcpt-same-reply"},
         "RCPT with NOTIFY gets 250, whoever it is for",
         answered_where("^RCPT .* NOTIFY=", "550", "250 2.1.5 ok")},
        {"unprintable-xtext-refused-for-now",
         {"3461-4.4-envid-printable", "3461-4.2-orcpt-printable"},
         "a line end in ENVID or ORCPT gets 450, so that the client comes again with it",
         answered_where("\\+0[AD]", "", "450 4.5.4 not now")},
        {"lines-of-512-octets-refused",
         {"3461-5.4-command-1036", "3461-5.4-param-sizes", "3461-5.4-all-param-combinations-fit"},
         "MAIL and RCPT of more than 512 octets get 500",
         answered_where("^(MAIL|RCPT).{500}", "250", "500 5.5.2 too long")},
        {"specials-in-utf-8-addresses-accepted",
         {"6531-3.3-ascii-in-utf8-atoms"},
         "what ASCII forbids in an atom is taken beside octets above 127",
         answered_where("^MAIL FROM:<[^@]*[\x80-\xff].* SMTPUTF8", "5", "250 2.1.0 ok")},
        {"orcpt-in-utf-8-refused",
         {"6533-3-orcpt-utf8-type", "6531-3.2-dsn-implies-6533"},
         "ORCPT=utf-8 gets 501",
         answered_where(" ORCPT=utf-8;", "250", "501 5.5.4 no such type")},
        {"absurd-sizes-accepted",
         {"1870-7-no-param-check-resources"},
         "MAIL with SIZE= of more than 12 digits gets 250",
         answered_where("^MAIL .* SIZE=[0-9]{13}", "5", "250 2.1.0 ok")},
        {"refused-mail-gets-354",
         {"5321-3.3-mail-failure-typed"},
         "MAIL that is wrong gets 354",
         answered_where("^MAIL", "5", "354 go on")},
        {"recipients-limited-to-50",
         {"5321-4.5.3.1.8-recipients-100", "5321-4.5.3.1.8-no-reject-below-100"},
         "the 51st recipient of a mail is refused",
         with_settings([](settings::Settings& s) {
             s.smtp.max_recipients_per_mail = std::min<std::uint32_t>(s.smtp.max_recipients_per_mail, 50);
         })},
    };
}

Faults contents() {
    return {
        {"controls-instead-of-a-command-close",
         {"3030-2-arbitrary-octets-parsed"},
         "a line that begins with a control octet ends the session",
         with_command([](const std::string& line) {
             return !line.empty() && static_cast<unsigned char>(line[0]) < ' ' ? std::string("QUIT") : line;
         })},
        {"chunks-for-nobody-are-commands",
         {"3030-2-pipelined-chunks-discarded"},
         "a chunk that is refused gets another reply, as a command that nobody knows",
         with_reply("BDAT", [](const std::string& r) { return r[0] == '5' ? r + "500 5.5.1 what?\r\n" : r; })},
        {"dot-for-nobody-gets-250",
         {"2920-3.2-empty-after-no-rcpt"},
         "an empty mail after DATA that was refused gets 250",
         answered_where("^\\.$", "5", "250 2.0.0 ok")},
        {"enhanced-codes-missing-after-helo",
         {"2034-4-also-after-helo"},
         "after HELO no reply has an enhanced code",
         no_enhanced_codes_after_helo()},
        {"enhanced-code-on-the-first-line-only",
         {"2034-4-same-code-all-lines"},
         "of several lines of a reply only the first has an enhanced code",
         with_reply(
             "HELP",
             [](const std::string& r) { return r[0] == '2' ? "214-" + r.substr(4) + "214 and no more\r\n" : r; })},
        {"size-offered-after-helo",
         {"5321-3.2-helo-not-extended"},
         "HELO's reply lists SIZE",
         with_reply("HELO",
                    [](const std::string& r) {
                        return r.starts_with("250 ") ? "250-" + r.substr(4) + "250 SIZE 1048576\r\n" : r;
                    })},
    };
}

}  // namespace

Faults verb_faults() {
    Faults all = questions();
    for (auto part : {envelopes(), contents()}) std::ranges::move(part, std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
