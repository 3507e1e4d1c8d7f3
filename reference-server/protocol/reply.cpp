#include "protocol/reply.h"

#include <cstddef>

namespace refserver::protocol {
namespace {

using enum ReplyName;

constexpr Reply replies[] = {
    {greeting, 220, "", true, "ESMTP ready", "RFC 5321 §4.2"},
    {closing, 221, "2.0.0", true, "closing the connection", "RFC 5321 §4.1.1.10"},
    {helo_ok, 250, "", true, "", "RFC 5321 §4.1.1.1"},
    {shutting_down, 421, "4.3.2", true, "is stopping; try again later", "RFC 5321 §3.8"},
    {timed_out, 421, "4.4.2", true, "waited too long for the client", "RFC 5321 §4.5.3.2"},
    {too_much_input, 421, "4.7.0", true, "too much input without waiting for replies", "RFC 5321 §7.8"},
    {line_too_long, 500, "5.5.2", false, "command line too long", "RFC 5321 §4.5.3.1.4"},
    {invalid_octets, 500, "5.5.2", false, "commands are lines of printable ASCII that end in CR LF", "RFC 5321 §2.4"},
    {invalid_octets_in_argument, 501, "5.5.2", false, "control characters are not allowed", "RFC 5321 §4.1.2"},
    {unknown_command, 500, "5.5.1", false, "command not recognised", "RFC 5321 §4.2.4"},
    {no_argument_allowed, 501, "5.5.4", false, "this command takes no argument", "RFC 5321 §4.1.1"},
    {argument_needed, 501, "5.5.4", false, "this command needs an argument", "RFC 5321 §4.1.1"},
    {bad_domain, 501, "5.5.4", false, "a domain or an address literal is needed", "RFC 5321 §4.1.1.1"},
    {out_of_sequence, 503, "5.5.1", false, "command out of sequence", "RFC 5321 §4.1.4"},
    {needs_ehlo, 503, "5.5.1", false, "only after EHLO", "RFC 5321 §4.1.1.11"},
    {sender_ok, 250, "2.1.0", false, "sender ok", "RFC 5321 §3.3"},
    {priority_lowered, 250, "2.3.6", false, "0 is the priority of this mail: a higher one needs a login",
     "RFC 6710 §4.1"},
    {deliver_by_too_short, 555, "5.5.4", false, "nothing is delivered in so short a time", "RFC 2852 §3"},
    {bad_sender, 501, "5.1.7", false, "syntax is MAIL FROM:<address>", "RFC 5321 §4.1.1.2"},
    {sender_path_too_long, 501, "5.1.7", false, "path too long", "RFC 5321 §4.5.3.1.3"},
    {sender_needs_ascii, 550, "5.6.7", false, "a non-ASCII address needs SMTPUTF8", "RFC 6531 §3.5"},
    {recipient_ok, 250, "2.1.5", false, "recipient ok", "RFC 5321 §3.3"},
    {bad_recipient, 501, "5.1.3", false, "syntax is RCPT TO:<address>", "RFC 5321 §4.1.1.3"},
    {recipient_path_too_long, 501, "5.1.3", false, "path too long", "RFC 5321 §4.5.3.1.3"},
    {recipient_needs_ascii, 553, "5.6.7", false, "a non-ASCII address needs SMTPUTF8", "RFC 6531 §3.5"},
    {too_many_recipients, 452, "4.5.3", false, "too many recipients", "RFC 5321 §4.5.3.1.10"},
    {bad_parameter, 501, "5.5.4", false, "bad value or syntax of a parameter", "RFC 5321 §4.1.2"},
    {repeated_parameter, 501, "5.5.4", false, "parameter given twice", "RFC 1870 §6"},
    {unknown_parameter, 555, "5.5.4", false, "parameter not recognised", "RFC 5321 §4.1.1.11"},
    {size_over_limit, 552, "5.3.4", false, "larger than this server takes", "RFC 1870 §6.1"},
    {start_mail_input, 354, "", false, "send the mail; end with a dot on a line by itself", "RFC 5321 §4.1.1.4"},
    {bad_chunk, 501, "5.5.4", false, "syntax is BDAT octets [LAST]", "RFC 3030 §2"},
    {chunk_taken, 250, "2.0.0", false, "chunk taken", "RFC 3030 §2"},
    {mail_stored, 250, "2.0.0", false, "stored", "RFC 5321 §4.1.1.4"},
    {no_space, 452, "4.3.1", false, "no space for this mail now", "RFC 5321 §4.2.3"},
    {not_stored, 451, "4.3.0", false, "this mail could not be stored now", "RFC 5321 §4.2.3"},
    {mail_too_big, 552, "5.3.4", false, "larger than this server takes", "RFC 1870 §4"},
    {bare_line_end, 550, "5.5.2", false, "lines must end in CR LF", "RFC 5321 §2.3.8"},
    {text_line_too_long, 554, "5.6.0", false, "a line is longer than 1000 octets", "RFC 5321 §4.5.3.1.6"},
    {mail_loop, 554, "5.4.6", false, "more than 100 Received fields: a loop", "RFC 5321 §6.3"},
    {bad_address_field, 554, "5.6.0", false, "the syntax of an address is wrong in field", "RFC 6409 §5.1"},
    {incomplete_address_field, 554, "5.6.0", false, "a domain is not fully qualified in field", "RFC 6409 §4.2"},
    {reset, 250, "2.0.0", false, "transaction forgotten", "RFC 5321 §4.1.1.5"},
    {noop, 250, "2.0.0", false, "ok", "RFC 5321 §4.1.1.9"},
    {not_verified, 252, "2.1.5", false, "not verified here; RCPT will tell", "RFC 5321 §7.3"},
    {bad_name, 501, "5.5.2", false, "a name or an address is needed", "RFC 5321 §4.1.1.6"},
    {help, 214, "2.0.0", false, "", "RFC 5321 §4.1.1.8"},
    {help_topic, 214, "2.0.0", false, "", "RFC 5321 §4.1.1.8"},
    {unknown_help_topic, 504, "5.5.4", false, "no help about that", "RFC 5321 §4.2.1"},
    {tls_ready, 220, "2.0.0", false, "start TLS now", "RFC 3207 §4"},
    {tls_not_available, 502, "5.5.1", false, "no TLS here", "RFC 5321 §4.2.4"},
    {tls_already, 503, "5.5.1", false, "TLS is active already", "RFC 3207 §4.2"},
    {authentication_not_offered, 503, "5.5.1", false, "no authentication here", "RFC 4954 §4"},
    {already_authenticated, 503, "5.5.1", false, "authenticated already", "RFC 4954 §4"},
    {unknown_mechanism, 504, "5.5.4", false, "mechanism not known", "RFC 4954 §4"},
    {encryption_needed, 538, "5.7.11", false, "this mechanism needs TLS", "RFC 4954 §6"},
    {challenge, 334, "", false, "", "RFC 4954 §4"},
    {authentication_cancelled, 501, "5.7.0", false, "authentication cancelled", "RFC 4954 §4"},
    {bad_base64, 501, "5.5.2", false, "not base64", "RFC 4954 §4"},
    {bad_response, 501, "5.5.2", false, "not a response of this mechanism", "RFC 4616 §2"},
    {unexpected_response, 501, "5.7.0", false, "this mechanism begins with a challenge", "RFC 4954 §4"},
    {response_too_long, 500, "5.5.6", false, "authentication line too long", "RFC 4954 §4"},
    {authenticated, 235, "2.7.0", false, "authenticated", "RFC 4954 §6"},
    {wrong_credentials, 535, "5.7.8", false, "user name or password wrong", "RFC 4954 §6"},
    {too_many_failures, 421, "4.7.0", true, "too many failed logins", "RFC 4954 §9"},
    {authentication_unavailable, 454, "4.7.0", false, "cannot be checked now", "RFC 4954 §6"},
};

consteval bool in_order() {
    std::size_t index = 0;
    for (const auto& entry : replies) {
        if (static_cast<std::size_t>(entry.name) != index++) return false;
    }
    return index == static_cast<std::size_t>(count);
}
static_assert(in_order(), "the table has each name once, in the order of the enumeration");

void append_line(std::string& out, int code, char separator, std::string_view enhanced, std::string_view text) {
    const auto start = out.size();
    out += std::to_string(code);
    out += separator;
    if (!enhanced.empty()) out.append(enhanced).append(" ");
    for (const char c : text) out += (c >= ' ' && c <= '~') || c == '\t' ? c : '?';
    if (out.size() - start > max_reply_line - 2) out.resize(start + max_reply_line - 2);
    out += "\r\n";
}

}  // namespace

const Reply& reply(ReplyName name) noexcept {
    return replies[static_cast<std::size_t>(name)];
}

std::string format_reply(int code, std::string_view enhanced, std::string_view text) {
    std::string out;
    for (;;) {
        const auto end = text.find('\n');
        append_line(out, code, end == std::string_view::npos ? ' ' : '-', enhanced, text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

}  // namespace refserver::protocol
