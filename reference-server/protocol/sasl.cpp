#include "protocol/sasl.h"

#include "protocol/scanner.h"
#include "protocol/utf8.h"

#include <algorithm>

namespace refserver::protocol {
namespace {

/// User name and password have to be UTF-8 without control characters: SASLprep (RFC 4013 §2.3) prohibits those, and
/// nothing that it prohibits may pass (RFC 4954 §4). An empty one never does (RFC 4616 §2).
SaslStep credentials(std::string user, std::string password) {
    const auto prohibited = [](std::string_view text) {
        return !is_utf8(text) ||
               std::ranges::any_of(text, [](char c) { return (!is_non_ascii(c) && c < ' ') || c == '\x7f'; });
    };
    if (user.empty() || password.empty()) return ReplyName::bad_response;
    if (prohibited(user) || prohibited(password)) return ReplyName::wrong_credentials;
    return SaslCredentials{std::move(user), std::move(password)};
}

class Plain : public SaslExchange {
public:
    SaslStep begin(std::optional<std::string> initial_response) override {
        if (!initial_response) return SaslChallenge{};
        return respond(*std::move(initial_response));
    }

    /// [authzid] NUL authcid NUL passwd.
    SaslStep respond(std::string response) override {
        const auto first = response.find('\0');
        const auto second = first == std::string::npos ? first : response.find('\0', first + 1);
        if (second == std::string::npos || response.find('\0', second + 1) != std::string::npos) {
            return ReplyName::bad_response;
        }
        const auto authorization = response.substr(0, first);
        auto user = response.substr(first + 1, second - first - 1);
        // Nobody may act for somebody else here.
        if (!authorization.empty() && !equals_ignoring_case(authorization, user)) return ReplyName::wrong_credentials;
        return credentials(std::move(user), response.substr(second + 1));
    }
};

class Login : public SaslExchange {
public:
    SaslStep begin(std::optional<std::string> initial_response) override {
        if (!initial_response) return SaslChallenge{"Username:"};
        return respond(*std::move(initial_response));
    }

    SaslStep respond(std::string response) override {
        if (user_) return credentials(*std::move(user_), std::move(response));
        user_ = std::move(response);
        return SaslChallenge{"Password:"};
    }

private:
    std::optional<std::string> user_;
};

}  // namespace

std::unique_ptr<SaslExchange> make_sasl_exchange(std::string_view mechanism) {
    if (equals_ignoring_case(mechanism, "PLAIN")) return std::make_unique<Plain>();
    if (equals_ignoring_case(mechanism, "LOGIN")) return std::make_unique<Login>();
    return nullptr;
}

}  // namespace refserver::protocol
