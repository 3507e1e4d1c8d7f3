#include "meddler/making.h"

#include <algorithm>
#include <memory>
#include <utility>

/// How connections end, who the client is, and what happens around STARTTLS.
namespace smtpspec::meddler {
namespace {

/// The connection is closed behind the reply to that verb.
MakeChanges closed_behind(const std::string& last_verb) {
    Changes changes;
    changes.closes = [last_verb](const std::string& verb, const std::string&) { return verb == last_verb; };
    return with(changes);
}

/// The connection is closed where that reply is due.
MakeChanges closed_instead_of(const std::string& last_verb) {
    return [last_verb] {
        Changes changes;
        changes.closes = [last_verb](const std::string& verb, const std::string&) { return verb == last_verb; };
        changes.reply = [last_verb](const std::string& verb, std::string own) {
            return verb == last_verb ? std::string() : std::move(own);
        };
        return changes;
    };
}

/// A mail with octets above 127 that came behind HELO gets no reply but the end of the connection.
MakeChanges closed_by_eight_bit_behind_helo() {
    return [] {
        auto helo = std::make_shared<bool>(false);
        auto eight_bit = std::make_shared<bool>(false);
        Changes changes;
        changes.command = [helo](const std::string& line) {
            *helo = *helo || verb_of(line) == "HELO";
            return line;
        };
        changes.raw_content = [=](std::string octets) {
            *eight_bit = *helo && std::any_of(octets.begin(), octets.end(), [](char c) { return (c & 0x80) != 0; });
            return octets;
        };
        changes.closes = [eight_bit](const std::string& verb, const std::string&) { return verb == "." && *eight_bit; };
        changes.reply = [eight_bit](const std::string& verb, std::string own) {
            return verb == "." && *eight_bit ? std::string() : std::move(own);
        };
        return changes;
    };
}

MakeChanges with_last_words(std::function<std::string(bool)> words) {
    Changes changes;
    changes.last_words = std::move(words);
    return with(changes);
}

Fault wire(std::string name, std::vector<std::string> breaks, std::string what, const WireChanges& changes) {
    return {std::move(name), std::move(breaks), std::move(what), {}, changes};
}

Faults ends() {
    return {
        {"closed-behind-the-mail",
         {"5321-3.8-no-unprovoked-close", "5321-4.1.4-many-transactions"},
         "the connection is closed behind the reply to the end of the mail",
         closed_behind(".")},
        {"closed-behind-hello",
         {"5321-3.8-no-unprovoked-close", "5321-4.1.4-zero-transactions"},
         "the connection is closed behind the reply to EHLO",
         closed_behind("EHLO")},
        {"closed-behind-a-chunk",
         {"3030-2-both-in-one-session", "3030-2-chunk-250"},
         "the connection is closed behind the reply to BDAT",
         closed_behind("BDAT")},
        {"closed-behind-a-refusal",
         {"5321-3.8-unknown-command-keeps-open", "5321-3.8-no-unprovoked-close"},
         "the connection is closed behind each reply of class 5",
         [] {
             Changes changes;
             changes.closes = [](const std::string& verb, const std::string& reply) {
                 return !verb.empty() && reply.starts_with("5");
             };
             return changes;
         }},
        {"closed-instead-of-the-reply-to-rcpt",
         {"1123-5.2.7-rcpt-not-delayed", "5321-3.8-no-unprovoked-close"},
         "RCPT gets no reply, however long the client waits, but the end of the connection",
         closed_instead_of("RCPT")},
        {"closed-instead-of-the-reply-to-the-mail",
         {"5321-6.1-fast-eod-reply", "5321-3.8-no-unprovoked-close"},
         "the end of the mail gets no reply, however long the client waits, but the end of the connection",
         closed_instead_of(".")},
        {"closed-by-eight-bit-behind-helo",
         {"5321-2.4-high-bit-data-server"},
         "a mail with octets above 127 behind HELO ends the connection",
         closed_by_eight_bit_behind_helo()},
        {"broken-off-mail-ended-by-the-wire",
         {"5321-4.1.1.10-premature-close-cancels"},
         "a mail in which the client has gone gets its end from the wire",
         with_last_words([](bool in_content) { return std::string(in_content ? "\r\n.\r\n" : ""); })},
        {"broken-off-transaction-carried-on",
         {"5321-4.1.1.10-premature-close-cancels"},
         "a transaction in which the client has gone gets a mail from the wire",
         with_last_words([](bool in_content) {
             return std::string(in_content ? "" : "DATA\r\nSubject: never said\r\n\r\n.\r\n");
         })},
        wire("open-behind-quit", {"5321-4.1.1.10-quit-221"}, "the client does not learn that the server has closed",
             {.stays_open = true}),
        wire("client-never-gone", {"D12", "5321-4.1.1.5-tcp-close-as-quit"},
             "the server never learns that a client has closed its connection", {.keeps_server_waiting = true}),
        wire("all-clients-from-one-address",
             {"D21", "D22", "D23", "D25", "5321-4.4-received-from-ehlo-and-ip", "5321-4.4-stamp-tcp-info"},
             "all clients seem to come from 127.0.0.1", {.hides_client = true}),
    };
}

Faults tls() {
    return {
        {"starttls-stripped",
         {"8314-4-starttls-provided"},
         "STARTTLS is not in the list, so that all stays in clear",
         edited("EHLO", "\r\n250([- ])STARTTLS(?=\r\n)", "\r\n250$1XXXXXXXX")},
        {"starttls-refused",
         {"3207-4-reply-220"},
         "STARTTLS gets 454 from the wire, so that all stays in clear",
         [] {
             Changes changes;
             changes.command = [](const std::string& line) {
                 return verb_of(line) == "STARTTLS" ? std::string("NOOP") : line;
             };
             changes.reply = [](const std::string& verb, std::string reply) {
                 return verb == "STARTTLS" ? std::string("454 4.7.0 not now\r\n") : std::move(reply);
             };
             return changes;
         }},
        {"clear-text-behind-starttls",
         {"3207-4-reply-220", "5321-4.2-one-reply-per-command"},
         "a reply in clear follows 220, in front of the handshake",
         with_reply("STARTTLS", [](const std::string& r) { return r + "250 2.0.0 injected\r\n"; })},
        {"starttls-not-passed-on",
         {"3207-4-reply-220"},
         "STARTTLS gets 220, and nobody begins TLS",
         [] {
             Changes changes;
             changes.command = [](const std::string& line) {
                 return verb_of(line) == "STARTTLS" ? std::string("NOOP") : line;
             };
             changes.reply = [](const std::string& verb, std::string reply) {
                 return verb == "STARTTLS" ? std::string("220 2.0.0 go\r\n") : std::move(reply);
             };
             return changes;
         }},
    };
}

}  // namespace

Faults connection_faults() {
    Faults all = ends();
    for (Fault& fault : tls()) {
        all.push_back(std::move(fault));
    }
    return all;
}

}  // namespace smtpspec::meddler
