#pragma once

#include "protocol/reply.h"
#include "protocol/session.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// SASL mechanisms (RFC 4422) as the server sees them: decoded octets in, the next step out.
namespace refserver::protocol {

struct SaslChallenge {
    std::string octets;  ///< not yet base64
};
/// A challenge, a login to be verified, or the reply that ends the exchange.
using SaslStep = std::variant<SaslChallenge, VerifyLogin, ReplyName>;

class SaslExchange {
public:
    virtual ~SaslExchange() = default;
    virtual SaslStep begin(std::optional<std::string> initial_response) = 0;
    virtual SaslStep respond(std::string response) = 0;
};

/// What mechanisms with a challenge need.
struct SaslContext {
    std::string server_name;
    std::string nonce;  ///< printable ASCII without comma, new for each exchange; empty: no such mechanism is offered
    std::function<std::string(std::string_view user)> salt;
};

/// Null: not known, or not offered. The name without regard to case. PLAIN (RFC 4616), LOGIN, which has no standard and
/// which many clients know as the only one, CRAM-MD5 (RFC 2195) and SCRAM-SHA-256 (RFC 5802, RFC 7677).
std::unique_ptr<SaslExchange> make_sasl_exchange(std::string_view mechanism, SaslContext);

/// Space-separated, as in the EHLO reply: the best first.
std::string_view sasl_mechanisms(bool with_challenges) noexcept;

/// A user name without the characters that SASLprep maps to nothing, such as the soft hyphen (RFC 4013 §2.1). What NFKC
/// would change besides is left alone: such a name is compared as it is.
std::string sasl_mapped(std::string name);

/// Strings that SASLprep (RFC 4013 §2.3) prohibits may not pass (RFC 4954 §4): control characters, and what is not
/// UTF-8.
bool sasl_prohibited(std::string_view) noexcept;

std::unique_ptr<SaslExchange> make_cram_md5(const SaslContext&);  // sasl_cram_md5.cpp
std::unique_ptr<SaslExchange> make_scram_sha_256(SaslContext);    // sasl_scram.cpp

}  // namespace refserver::protocol
