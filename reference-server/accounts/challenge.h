#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Proofs of a password that do not show it. `stored` is the password in clear: with a crypt hash nothing can be
/// proven, and with null (no such user) neither; both cost as much as a wrong proof.
namespace refserver::accounts {

bool is_clear_text(std::string_view stored);

/// CRAM-MD5 (RFC 2195): the keyed digest of the challenge in lower-case hexadecimal digits.
bool cram_md5_matches(const std::string* stored, std::string_view challenge, std::string_view digest);

struct ScramProof {
    std::string salt;  ///< octets
    int iterations = 4096;
    std::string auth_message;
    std::string proof;  ///< ClientProof, octets
};
/// SCRAM-SHA-256 (RFC 5802 §3, RFC 7677): the ServerSignature, when the proof is right. Costs the iterations: call it
/// on the worker pool.
std::optional<std::string> scram_sha_256_signature(const std::string* stored, const ScramProof&);

/// Octets that nobody guesses. Throws std::runtime_error when the system has none.
std::string random_octets(std::size_t count);
/// The same for the same user, whether there is one or not (RFC 5802 §5.1 does not want to tell); differs with
/// `secret`.
std::string scram_salt(std::string_view secret, std::string_view user);

}  // namespace refserver::accounts
