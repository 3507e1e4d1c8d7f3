#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What a client of SASL has to compute (RFC 2195, 5802, 7677), from texts a script holds.
namespace smtpspec::script {

std::string base64(std::string_view octets);

/// Nothing: not base64 (RFC 4648 §4, padded).
std::optional<std::string> unbase64(std::string_view text);

/// In lower-case hex digits.
std::string hmac_md5(std::string_view key, std::string_view text);

/// SCRAM-SHA-256 without channel binding, from the password, the client-first-message-bare and the
/// server-first-message.
struct Scram {
    std::string client_final;  ///< `c=biws,r=…,p=…`
    std::string server_final;  ///< `v=…`
};
/// Nothing: the server's message is none (no `r=`, `s=`, `i=`, or more than a million iterations).
std::optional<Scram> scram(const std::string& password, const std::string& client_first,
                           const std::string& server_first);

}  // namespace smtpspec::script
