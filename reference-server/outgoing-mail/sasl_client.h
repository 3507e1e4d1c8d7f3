#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// SASL mechanisms (RFC 4422) as a client speaks them: octets, not yet base64.
namespace refserver::outgoing_mail {

class SaslClient {
public:
    virtual ~SaslClient() = default;
    virtual std::string_view mechanism() const = 0;
    /// What the client says first; nothing: the server begins.
    virtual std::optional<std::string> initial_response() { return std::nullopt; }
    /// The answer to a challenge; nothing: the server is not to be trusted with one, and the exchange is cancelled.
    virtual std::optional<std::string> respond(std::string_view challenge) = 0;
    /// Whether the server has proven all that the mechanism wants of it.
    virtual bool server_is_proven() const { return true; }
};

struct RelayCredentials {
    std::string user;
    std::string password;
};

/// The mechanisms that this client speaks and the server names (in upper case), best first: those that do not show the
/// password, SCRAM-SHA-256 (RFC 7677) and CRAM-MD5 (RFC 2195), before PLAIN (RFC 4616) and LOGIN. A non-ASCII password
/// is used as it is, without SASLprep (RFC 4013).
std::vector<std::unique_ptr<SaslClient>> sasl_clients(const std::vector<std::string>& offered, const RelayCredentials&,
                                                      const std::string& nonce);

}  // namespace refserver::outgoing_mail
