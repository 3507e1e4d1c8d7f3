#include "script/observation.h"

#include <algorithm>
#include <array>

#include <sys/socket.h>

namespace smtpspec::script {

namespace {

constexpr int most_messages = 100'000;

void require_messages(Scanner& scanner) {
    if (!scanner.take("message")) scanner.require("messages");
}

/// A field name of RFC 5322 §3.6.8: printable, no colon.
std::string header_name(Scanner& scanner) {
    const Position at = scanner.here();
    const std::string name(scanner.require_word("the name of a header field"));
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f && c != ':'; })) {
        throw Mistake(at, "bad name of a header field " + in_quotes(name));
    }
    return name;
}

void read_header(Scanner& scanner, MessageCheck& check) {
    check.name = header_name(scanner);
    const std::string_view next = scanner.peek();
    if (!next.empty() && next[0] >= '0' && next[0] <= '9') {
        check.occurrence = scanner.number("which of the fields", 1, 1000);
    }
    if (scanner.take("is")) {
        check.kind = MessageCheckKind::header_is;
        check.value = scanner.quoted_template("the field's value");
    } else {
        check.kind = MessageCheckKind::header_matching;
        check.pattern = scanner.matching();
    }
}

Template read_address(Scanner& scanner, int family) {
    const Position at = scanner.here();
    return {scanner.ip_address(family), at};
}

/// `as sent`, `reverse-path is …` and so on.
MessageCheck read_message_check(Scanner& scanner, Place place, int number) {
    constexpr std::array<std::string_view, 7> everywhere{"is", "header", "has", "first", "body", "contains", "does"};
    constexpr std::array<std::string_view, 10> at_sink{"is",       "header", "has",          "first",     "body",
                                                       "contains", "does",   "reverse-path", "parameter", "came"};
    const auto allowed = place == Place::sink ? std::span<const std::string_view>(at_sink)
                                              : std::span<const std::string_view>(everywhere);
    MessageCheck check{};
    check.number = number;
    switch (scanner.choose(allowed, "check of a message")) {
        case 0:
            scanner.require("as");
            scanner.require("sent");
            check.kind = MessageCheckKind::as_sent;
            break;
        case 1:
            read_header(scanner, check);
            break;
        case 2:
            scanner.require("no");
            scanner.require("header");
            check.kind = MessageCheckKind::no_header;
            check.name = header_name(scanner);
            break;
        case 3:
            scanner.require("header");
            scanner.require("is");
            check.kind = MessageCheckKind::first_header;
            check.name = header_name(scanner);
            break;
        case 4:
            scanner.require("is");
            check.kind = MessageCheckKind::body_is;
            check.value = scanner.quoted_template("the body");
            break;
        case 5:
            check.kind = MessageCheckKind::contains;
            check.value = scanner.quoted_template("the text");
            break;
        case 6:
            scanner.require("not");
            scanner.require("contain");
            check.kind = MessageCheckKind::not_contains;
            check.value = scanner.quoted_template("the text");
            break;
        case 7:
            scanner.require("is");
            check.kind = MessageCheckKind::reverse_path_is;
            check.value = scanner.quoted_template("the reverse-path");
            break;
        case 8:
            check.kind = MessageCheckKind::parameter_is;
            check.name = std::string(scanner.require_word("the name of a parameter"));
            scanner.require("is");
            check.value = scanner.quoted_template("the parameter's value");
            break;
        default:
            scanner.require("to");
            check.kind = MessageCheckKind::came_to;
            check.value = read_address(scanner, AF_UNSPEC);
    }
    scanner.require_end();
    return check;
}

/// The end of a count.
void read_within(Scanner& scanner, CountCheck& check) {
    if (check.at_most && scanner.take("within")) check.within = scanner.duration();
    scanner.require_end();
}

CountCheck read_count(Scanner& scanner, Place place) {
    CountCheck check{place, {}};
    if (!scanner.take("no")) {
        if (scanner.take("at")) {
            scanner.require("most");
            check.at_most = true;
        }
        check.messages = scanner.number("the number of messages", 0, most_messages);
    }
    require_messages(scanner);
    return check;
}

/// The number after `message`; 0 for `every message`.
int read_message_number(Scanner& scanner, bool every) {
    if (!every) return scanner.number("the message's number", 1, most_messages);
    scanner.require("message");
    return 0;
}

/// The verb of a rule, and for whom it holds: what is said before anybody is named can only be answered for all.
void read_occasion(Scanner& scanner, SinkRule& rule, bool& needs_alone) {
    constexpr std::array<std::string_view, 12> verbs{"MAIL", "RCPT", "DATA",     "message", "greeting",  "EHLO",
                                                     "HELO", "AUTH", "STARTTLS", "RSET",    "handshake", "QUIT"};
    constexpr std::size_t of_a_transaction = 4;
    const Position at = scanner.here();
    const std::size_t chosen = scanner.choose(verbs, "verb");
    rule.verb = verbs[chosen];
    if (rule.verb == "handshake" && !rule.close)
        throw Mistake(at, "a handshake is not answered; `sink closes at handshake`");
    if (chosen < of_a_transaction && scanner.take("for")) {
        rule.role = scanner.role(Mention::What::remote_role);
    } else {
        needs_alone = true;
    }
}

void read_times(Scanner& scanner, SinkRule& rule) {
    if (!scanner.at_end()) {
        rule.times = scanner.number("how many times", 1, most_messages);
        if (!scanner.take("time")) scanner.require("times");
    }
    scanner.require_end();
}

SinkRule read_answer(Scanner& scanner, bool& needs_alone) {
    SinkRule rule{};
    read_occasion(scanner, rule, needs_alone);
    scanner.require("with");
    const Position at = scanner.here();
    rule.reply = scanner.quoted_template("the reply");
    const std::string& reply = rule.reply.raw;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool code = reply.size() >= 3 && std::all_of(reply.begin(), reply.begin() + 3, digit) &&
                      (reply.size() == 3 || reply[3] == ' ' || reply[3] == '-' || reply[3] == '\\');
    if (!code) throw Mistake(at, "the reply must begin with a reply code and a blank");
    read_times(scanner, rule);
    return rule;
}

SinkOffers read_offers(Scanner& scanner) {
    SinkOffers offers;
    while (!scanner.at_end()) offers.keywords.push_back(scanner.quoted_template("a line of the EHLO reply").raw);
    return offers;
}

}  // namespace

Act read_mailbox_check(Scanner& scanner) {
    const std::string role = scanner.role(Mention::What::hosted_role);
    constexpr std::array<std::string_view, 4> checks{"is", "has", "message", "every"};
    const std::size_t check = scanner.choose(checks, "check of a mailbox");
    switch (check) {
        case 0:
            scanner.require("empty");
            scanner.require_end();
            return CountCheck{Place::mailbox, role};
        case 1: {
            CountCheck count = read_count(scanner, Place::mailbox);
            count.role = role;
            read_within(scanner, count);
            return count;
        }
        default: {
            const int number = read_message_number(scanner, check == 3);
            return ContentCheck{Place::mailbox, role, read_message_check(scanner, Place::mailbox, number)};
        }
    }
}

Act read_sink(Scanner& scanner, bool& needs_alone) {
    constexpr std::array<std::string_view, 9> forms{"has",    "message", "every",    "answers", "closes",
                                                    "offers", "had",     "dialogue", "is"};
    const std::size_t form = scanner.choose(forms, "statement about the sink");
    switch (form) {
        case 0: {
            CountCheck count = read_count(scanner, Place::sink);
            scanner.require("for");
            count.role = scanner.role(Mention::What::role);
            read_within(scanner, count);
            return count;
        }
        case 1:
        case 2: {
            const int number = read_message_number(scanner, form == 2);
            scanner.require("for");
            std::string role = scanner.role(Mention::What::role);
            return ContentCheck{Place::sink, std::move(role), read_message_check(scanner, Place::sink, number)};
        }
        case 3:
            return read_answer(scanner, needs_alone);
        case 4: {
            SinkRule rule{};
            rule.close = true;
            scanner.require("at");
            read_occasion(scanner, rule, needs_alone);
            read_times(scanner, rule);
            return rule;
        }
        case 5:
            needs_alone = true;
            return read_offers(scanner);
        case 6: {
            needs_alone = true;
            scanner.require("at");
            scanner.require("most");
            const SinkConnections check{scanner.number("the number of connections", 0, most_messages)};
            if (!scanner.take("connection")) scanner.require("connections");
            scanner.require("at");
            scanner.require("once");
            scanner.require_end();
            return check;
        }
        case 7: {
            SinkDialogueCheck check{};
            if (scanner.take("for")) {
                check.role = scanner.role(Mention::What::role);
            } else {
                needs_alone = true;
            }
            check.pattern = scanner.matching();
            scanner.require_end();
            return check;
        }
        default: {
            needs_alone = true;
            constexpr std::array<std::string_view, 2> states{"up", "down"};
            const SinkState state{scanner.choose(states, "state of the sink") == 0};
            scanner.require_end();
            return state;
        }
    }
}

Act read_dns(Scanner& scanner) {
    DnsRecord record{};
    if (scanner.at_quotes()) {
        record.name = scanner.quoted_template("a name");
    } else {
        const Position at = scanner.here();
        record.name = {"$" + scanner.role(Mention::What::remote_role) + ".domain", at};
    }
    constexpr std::array<std::string_view, 7> kinds{"MX", "A", "AAAA", "CNAME", "fails", "null", "has"};
    switch (scanner.choose(kinds, "kind of record")) {
        case 0:
            record.preference = scanner.number("the preference", 0, 65535);
            record.value = scanner.quoted_template("the host");
            // RFC 7505 §3: "MX 0 ." says that the domain takes no mail.
            record.kind = record.value.raw == "." ? DnsKind::null_mx : DnsKind::mx;
            break;
        case 1:
            record.kind = DnsKind::a;
            record.value = read_address(scanner, AF_INET);
            break;
        case 2:
            record.kind = DnsKind::aaaa;
            record.value = read_address(scanner, AF_INET6);
            break;
        case 3:
            record.kind = DnsKind::cname;
            record.value = scanner.quoted_template("the name");
            break;
        case 4:
            record.kind = DnsKind::fails;
            break;
        case 5:
            scanner.require("MX");
            record.kind = DnsKind::null_mx;
            break;
        default:
            scanner.require("no");
            scanner.require("address");
            record.kind = DnsKind::no_address;
    }
    scanner.require_end();
    return record;
}

}  // namespace smtpspec::script
