#pragma once

#include <array>
#include <string>
#include <string_view>

namespace refserver::protocol {

/// Every reply that a session gives of its own; those of the policy (Refusal) come besides.
enum class ReplyName {
    greeting,
    closing,
    helo_ok,
    shutting_down,
    timed_out,
    too_much_input,
    line_too_long,
    invalid_octets,
    invalid_octets_in_argument,
    unknown_command,
    no_argument_allowed,
    argument_needed,
    bad_domain,
    out_of_sequence,
    needs_ehlo,
    sender_ok,
    priority_lowered,
    deliver_by_too_short,
    bad_sender,
    sender_path_too_long,
    sender_needs_ascii,
    recipient_ok,
    bad_recipient,
    recipient_path_too_long,
    recipient_needs_ascii,
    too_many_recipients,
    bad_parameter,
    repeated_parameter,
    unknown_parameter,
    size_over_limit,
    start_mail_input,
    bad_chunk,
    chunk_taken,
    mail_stored,
    no_space,
    not_stored,
    mail_too_big,
    bare_line_end,
    text_line_too_long,
    mail_loop,
    bad_address_field,
    incomplete_address_field,
    reset,
    noop,
    not_verified,
    bad_name,
    help,
    help_topic,
    unknown_help_topic,
    tls_ready,
    tls_not_available,
    tls_already,
    authentication_not_offered,
    already_authenticated,
    unknown_mechanism,
    encryption_needed,
    challenge,
    authentication_cancelled,
    bad_base64,
    bad_response,
    unexpected_response,
    response_too_long,
    authenticated,
    wrong_credentials,
    too_many_failures,
    authentication_unavailable,
    count
};

struct Reply {
    ReplyName name;
    int code;
    std::string_view enhanced;  ///< RFC 3463; empty where RFC 2034 §4 wants none
    bool names_server;          ///< the primary domain stands before the text
    std::string_view text;
    std::string_view citation;
};

const Reply& reply(ReplyName) noexcept;

inline constexpr std::size_t max_reply_line = 512;  ///< octets with CR LF, RFC 5321 §4.5.3.1.5

/// One reply with its CR LFs. `text` may have several lines, separated by LF; each becomes a line of the reply with
/// code and enhanced code (RFC 2034 §4). Octets that may not stand in a reply become `?`; lines are cut at the limit.
std::string format_reply(int code, std::string_view enhanced, std::string_view text);

}  // namespace refserver::protocol
