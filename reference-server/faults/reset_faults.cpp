#include "faults/memory.h"

#include <algorithm>
#include <atomic>
#include <regex>

/// What outlives RSET, EHLO, a refusal or the beginning of TLS, or does not outlive it though it should.
namespace refserver::faults {
namespace {

bool is_hello(const std::string& line) {
    return verb_of(line) == "EHLO" || verb_of(line) == "HELO";
}

/// The recipients of a transaction that ended with that verb get the mail of the next, too.
PutIn recipients_outlive(std::string verb) {
    return with_memory([verb] {
        auto said = std::make_shared<std::string>();
        auto kept = std::make_shared<std::string>();
        Changes changes;
        changes.command = [=](const std::string& line) {
            const std::string now = verb_of(line);
            if (now == "MAIL" || now == "DATA" || now == "BDAT") said->clear();
            if (now == verb && !said->empty()) *kept = std::exchange(*said, "");
            if (now != "RCPT") return line;
            *said += line + "\r\n";
            return std::exchange(*kept, "") + line;
        };
        return changes;
    });
}

/// Mails are swallowed for which `doomed` says so at DATA.
struct Swallowing {
    std::function<void(const std::string& line)> hears;
    std::function<bool()> doomed;
    std::string reply;
};
PutIn swallowing(std::function<Swallowing()> make) {
    return with_memory([make] {
        auto swallower = std::make_shared<Swallower>();
        auto recipients = std::make_shared<int>(0);
        const Swallowing how = make();
        Changes changes;
        changes.command = [=](const std::string& line) {
            const std::string verb = verb_of(line);
            how.hears(line);
            if (verb == "MAIL") *recipients = 0;
            return verb == "DATA" && *recipients > 0 && how.doomed() ? swallower->data() : line;
        };
        changes.raw_content = [=](const std::string& octets) { return swallower->content(octets); };
        changes.reply = [=](const std::string& verb, std::string own) {
            *recipients += verb == "RCPT" && own.starts_with("250");
            return swallower->reply(verb, std::move(own), how.reply);
        };
        return changes;
    });
}

PutIn next_mail_lost_behind_rset() {
    return swallowing([] {
        auto reset = std::make_shared<bool>(false);
        return Swallowing{[=](const std::string& line) { *reset = *reset || verb_of(line) == "RSET"; },
                          [=] { return std::exchange(*reset, false); }, "250 2.0.0 ok\r\n"};
    });
}

PutIn rset_of_everybody() {
    auto resets = std::make_shared<std::atomic<int>>(0);
    return swallowing([resets] {
        auto seen = std::make_shared<int>(0);
        return Swallowing{[=](const std::string& line) {
                              const std::string verb = verb_of(line);
                              if (verb == "RSET") ++*resets;
                              if (verb == "RSET" || verb == "MAIL") *seen = *resets;
                          },
                          [=] { return *seen != *resets; }, "554 5.5.1 no mail is begun\r\n"};
    });
}

/// A command of that verb whose reply begins with the code ends the transaction.
PutIn refusal_resets(std::string verb, std::string code = "5") {
    return with_memory([verb, code] {
        auto refused = std::make_shared<bool>(false);
        Changes changes;
        changes.command = [=](const std::string& line) {
            return std::exchange(*refused, false) && !is_hello(line) ? "RSET\r\n" + line : line;
        };
        changes.reply = [=](const std::string& of, std::string own) {
            *refused = *refused || (of == verb && own.starts_with(code));
            return own;
        };
        return changes;
    });
}

PutIn refused_mail_spoils_the_next() {
    return with_memory([] {
        auto refused = std::make_shared<bool>(false);
        Changes changes;
        changes.command = [=](const std::string& line) {
            const bool spoilt = verb_of(line) == "MAIL" && std::exchange(*refused, false);
            return spoilt ? rewritten(line, "<[^>]*>", "<>") : line;
        };
        changes.reply = [=](const std::string& of, std::string own) {
            *refused = *refused || (of == "MAIL" && (own.starts_with("50") || own.starts_with("55")));
            return own;
        };
        return changes;
    });
}

/// What was said in clear, and what becomes of a command inside TLS.
PutIn in_tls(std::function<std::string(const std::string& line, std::string& heard)> in_clear,
             std::function<std::string(const std::string& line, std::string& heard)> inside) {
    return with_memory([=] {
        auto tls = std::make_shared<bool>(false);
        auto heard = std::make_shared<std::string>();
        Changes changes;
        changes.command = [=](const std::string& line) { return (*tls ? inside : in_clear)(line, *heard); };
        changes.reply = [=](const std::string& verb, std::string own) {
            *tls = *tls || (verb == "STARTTLS" && own.starts_with("220"));
            return own;
        };
        return changes;
    });
}

PutIn transaction_outlives_starttls() {
    return in_tls(
        [](const std::string& line, std::string& heard) {
            const std::string verb = verb_of(line);
            if (verb == "MAIL" || verb == "RSET" || is_hello(line)) heard.clear();
            if (verb == "MAIL" || verb == "RCPT") heard += line + "\r\n";
            return line;
        },
        [](const std::string& line, std::string& heard) {
            const std::string verb = verb_of(line);
            if (verb == "MAIL" || verb == "RSET") heard.clear();
            return verb == "RCPT" || verb == "DATA" ? std::exchange(heard, "") + line : line;
        });
}

PutIn hello_outlives_starttls() {
    return in_tls(
        [](const std::string& line, std::string& heard) {
            if (is_hello(line)) heard = line;
            return line;
        },
        [](const std::string& line, std::string& heard) { return is_hello(line) ? heard : line; });
}

PutIn login_outlives_starttls() {
    return in_tls(
        [](const std::string& line, std::string& heard) {
            if (upper(line).starts_with("AUTH PLAIN ")) heard = line + "\r\n";
            return line;
        },
        [](const std::string& line, std::string& heard) {
            return verb_of(line) == "MAIL" ? std::exchange(heard, "") + line : line;
        });
}

PutIn no_login_inside_tls() {
    return with_memory([] {
        auto tls = std::make_shared<bool>(false);
        Changes changes;
        changes.reply = [=](const std::string& verb, std::string own) {
            *tls = *tls || (verb == "STARTTLS" && own.starts_with("220"));
            return *tls && verb == "EHLO" ? rewritten(own, "250-AUTH [^\r]*\r\n", "") : own;
        };
        return changes;
    });
}

/// The MAIL behind one that was refused for its size is refused for that.
PutIn size_of_a_refused_mail_is_remembered() {
    return with_memory([] {
        Changes changes;
        changes.reply = [refused = std::make_shared<bool>(false)](const std::string& verb, std::string own) {
            if (verb != "MAIL") return own;
            const bool before = std::exchange(*refused, own.starts_with("552"));
            return before ? std::string("552 5.3.4 too big\r\n") : own;
        };
        return changes;
    });
}

Faults within_a_session() {
    return {
        {"rset-keeps-the-recipients",
         {"5321-4.1.1.5-rset-discards"},
         "recipients of before RSET get the next mail, too",
         recipients_outlive("RSET")},
        {"rset-discards-the-next-mail-too",
         {"5321-4.1.1.5-rset-discards"},
         "the first mail after RSET gets 250 and is dropped",
         next_mail_lost_behind_rset()},
        {"rset-discards-the-mails-of-others",
         {"5321-4.1.1.5-rset-discards"},
         "RSET ends the transactions of all clients",
         rset_of_everybody()},
        {"size-of-a-refused-mail-remembered",
         {"5321-4.1.4-bad-mail-arg-keeps-state"},
         "behind a MAIL that was refused for its size the next one is, too",
         size_of_a_refused_mail_is_remembered()},
        {"hello-again-keeps-the-recipients",
         {"5321-4.1.4-ehlo-again-resets", "5321-4.1.1.1-hello-clears-state"},
         "recipients of before a second EHLO get the next mail, too",
         recipients_outlive("EHLO")},
        {"refused-hello-discards-the-transaction",
         {"5321-4.1.4-ehlo-refusal-keeps-state"},
         "EHLO that gets 501 forgets sender and recipients",
         refusal_resets("EHLO")},
        {"refused-data-discards-the-transaction",
         {"5321-4.1.4-out-of-order-keeps-state"},
         "DATA that gets 503 forgets the sender",
         refusal_resets("DATA")},
        {"recipient-above-the-limit-discards-the-transaction",
         {"5321-4.5.3.1.8-orderly-limit"},
         "RCPT that gets 452 forgets sender and recipients",
         refusal_resets("RCPT", "452")},
        {"refused-mail-spoils-the-next",
         {"5321-4.1.4-bad-mail-arg-keeps-state"},
         "the MAIL after one with a bad argument has the null reverse-path",
         refused_mail_spoils_the_next()},
    };
}

Faults across_tls() {
    return {
        {"transaction-outlives-starttls",
         {"3207-4.2-server-forgets-client"},
         "sender and recipients of before TLS count inside",
         transaction_outlives_starttls()},
        {"hello-outlives-starttls",
         {"3207-4.2-server-forgets-client"},
         "the name that was given before TLS stays",
         hello_outlives_starttls()},
        {"login-outlives-starttls",
         {"3207-4.2-server-forgets-client"},
         "a login of before TLS counts inside",
         login_outlives_starttls()},
        {"auth-not-offered-inside-tls",
         {"4954-4-plain-over-tls-implemented", "4954-4-config-no-plaintext-without-tls", "8314-3.3-both-mechanisms"},
         "AUTH is not in the list behind STARTTLS",
         no_login_inside_tls()},
        {"auth-in-clear-though-tls-is-demanded",
         {"4954-4-config-no-plaintext-without-tls", "8314-4.1-no-credential-oracle-in-clear"},
         "logins are offered and taken in clear, whatever the settings say",
         with_settings([](settings::Settings& s) { s.tls.required_for_authentication = false; })},
    };
}

}  // namespace

Faults reset_faults() {
    Faults all = within_a_session();
    std::ranges::move(across_tls(), std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
