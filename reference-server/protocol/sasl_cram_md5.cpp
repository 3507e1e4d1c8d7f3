#include "protocol/sasl.h"

/// RFC 2195.
namespace refserver::protocol {
namespace {

class CramMd5 : public SaslExchange {
public:
    explicit CramMd5(const SaslContext& context) : challenge_("<" + context.nonce + "@" + context.server_name + ">") {}

    /// The server speaks first: RFC 4954 §4 refuses an initial response to such a mechanism.
    SaslStep begin(std::optional<std::string> initial_response) override {
        if (initial_response) return ReplyName::unexpected_response;
        return SaslChallenge{challenge_};
    }

    /// user SP digest; a user name may have spaces.
    SaslStep respond(std::string response) override {
        const auto space = response.rfind(' ');
        if (space == std::string::npos || space == 0) return ReplyName::bad_response;
        auto user = sasl_mapped(response.substr(0, space));
        if (sasl_prohibited(user)) return ReplyName::wrong_credentials;
        return VerifyLogin{std::move(user), CramMd5Response{challenge_, response.substr(space + 1)}};
    }

private:
    std::string challenge_;
};

}  // namespace

std::unique_ptr<SaslExchange> make_cram_md5(const SaslContext& context) {
    return std::make_unique<CramMd5>(context);
}

}  // namespace refserver::protocol
