#pragma once

#include "protocol/reply.h"

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
struct SaslCredentials {
    std::string user;
    std::string password;
};
/// A challenge, a user name and password to be verified, or the reply that ends the exchange.
using SaslStep = std::variant<SaslChallenge, SaslCredentials, ReplyName>;

class SaslExchange {
public:
    virtual ~SaslExchange() = default;
    virtual SaslStep begin(std::optional<std::string> initial_response) = 0;
    virtual SaslStep respond(std::string response) = 0;
};

/// Null: not known. The name without regard to case. PLAIN (RFC 4616) and LOGIN, which has no standard and which many
/// clients know as the only one.
std::unique_ptr<SaslExchange> make_sasl_exchange(std::string_view mechanism);

/// Space-separated, as in the EHLO reply.
inline constexpr std::string_view sasl_mechanisms = "PLAIN LOGIN";

}  // namespace refserver::protocol
