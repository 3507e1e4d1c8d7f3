#pragma once

#include "protocol/session_state.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// SMTP service extensions (RFC 5321 §2.2): one file each, listed in extensions.cpp in the order of the EHLO reply.
namespace refserver::protocol {

/// What a parameter says is wrong, or nothing.
using ParameterVerdict = std::optional<ReplyName>;

/// A parameter of MAIL or RCPT. Which of the two functions is null says where it belongs.
struct Parameter {
    std::string_view keyword;
    ParameterVerdict (*of_mail)(const SessionState&, std::optional<std::string_view> value, Envelope&);
    ParameterVerdict (*of_rcpt)(const SessionState&, std::optional<std::string_view> value, EnvelopeRecipient&);
};

bool always(const SessionState&);

struct Extension {
    std::string_view keyword;
    bool (*offered)(const SessionState&) = always;
    std::string (*keyword_parameters)(const SessionState&) = nullptr;  ///< what stands behind the keyword
    std::size_t longer_mail = 0;  ///< octets that a MAIL line may be longer (RFC 5321 §4.5.3.1.4)
    std::size_t longer_rcpt = 0;
    std::size_t longer_vrfy = 0;
    std::span<const Parameter> parameters = {};
};

namespace extension {
extern const Extension pipelining;             // RFC 2920
extern const Extension size;                   // RFC 1870
extern const Extension eight_bit_mime;         // RFC 6152
extern const Extension binary_mime;            // RFC 3030
extern const Extension chunking;               // RFC 3030
extern const Extension smtputf8;               // RFC 6531
extern const Extension enhanced_status_codes;  // RFC 2034
extern const Extension dsn;                    // RFC 3461
extern const Extension limits;                 // RFC 9422
extern const Extension start_tls;              // RFC 3207
extern const Extension require_tls;            // RFC 8689
extern const Extension mt_priority;            // RFC 6710
extern const Extension deliver_by;             // RFC 2852
extern const Extension authentication;         // RFC 4954
extern const Extension help;                   // RFC 5321 §4.1.1.1: optional commands are listed
extern const Extension vrfy;                   // RFC 5321 §3.5.2
}  // namespace extension

std::span<const Extension* const> extensions() noexcept;

/// The first line names the server; one line for each extension on offer.
std::string ehlo_text(const SessionState&);

/// `rest` of a command: what follows the path. Nothing: all parameters are good and have been applied.
ParameterVerdict apply_mail_parameters(const SessionState&, std::string_view rest, Envelope&);
ParameterVerdict apply_rcpt_parameters(const SessionState&, std::string_view rest, EnvelopeRecipient&);

bool authentication_offered(const SessionState&);
/// CRAM-MD5 and SCRAM.
bool challenges_offered(const SessionState&);

}  // namespace refserver::protocol
