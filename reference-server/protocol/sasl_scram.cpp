#include "protocol/base64.h"
#include "protocol/sasl.h"
#include "protocol/scanner.h"

#include <algorithm>

/// RFC 5802 and RFC 7677, without channel binding.
namespace refserver::protocol {
namespace {

constexpr std::size_t proof_size = 32;

bool is_value_octet(char c) {
    return c != ',' && c != '\0';
}

bool is_nonce_octet(char c) {
    return c > ' ' && c <= '~' && c != ',';
}

/// saslname: `=2C` is a comma and `=3D` an equals sign; nothing else is.
std::optional<std::string> decode_name(std::string_view name) {
    std::string decoded;
    while (!name.empty()) {
        std::size_t length = 1;
        if (name.starts_with("=2C")) {
            decoded += ',';
            length = 3;
        } else if (name.starts_with("=3D")) {
            decoded += '=';
            length = 3;
        } else if (name.front() == '=') {
            return std::nullopt;
        } else {
            decoded += name.front();
        }
        name.remove_prefix(length);
    }
    return decoded;
}

/// Attribute names have a case: `r` is none of `R`'s business.
bool take_exactly(Scanner& in, std::string_view text) {
    if (!in.rest().starts_with(text)) return false;
    in.take(text.size());
    return true;
}

/// `,x=value` up to the end, which means nothing to this server.
bool are_extensions(std::string_view text) {
    Scanner in(text);
    while (!in.at_end()) {
        if (!in.take(',')) return false;
        if (in.take(std::size_t{1}).find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != 0)
            return false;
        if (!in.take('=') || in.take_while(is_value_octet).empty()) return false;
    }
    return true;
}

class ScramSha256 : public SaslExchange {
public:
    explicit ScramSha256(SaslContext context) : context_(std::move(context)) {}

    SaslStep begin(std::optional<std::string> initial_response) override {
        if (!initial_response) return SaslChallenge{};
        return respond(*std::move(initial_response));
    }

    SaslStep respond(std::string response) override {
        return server_first_.empty() ? client_first(response) : client_final(response);
    }

private:
    SaslStep client_first(std::string_view message) {
        Scanner in(message);
        // `p=` wants a channel binding, and only the -PLUS variants have one.
        if (take_exactly(in, "p=")) return ReplyName::wrong_credentials;
        if (!take_exactly(in, "n,") && !take_exactly(in, "y,")) return ReplyName::bad_response;
        std::optional<std::string> authorization;
        if (take_exactly(in, "a=")) {
            authorization = decode_name(in.take_while(is_value_octet));
            if (!authorization || authorization->empty()) return ReplyName::bad_response;
            authorization = sasl_mapped(*authorization);
        }
        if (!in.take(',')) return ReplyName::bad_response;
        gs2_header_ = message.substr(0, message.size() - in.rest().size());
        client_first_bare_ = in.rest();

        // `m=` says that what follows must be understood, and it is not.
        if (in.rest().starts_with("m=")) return ReplyName::wrong_credentials;
        if (!take_exactly(in, "n=")) return ReplyName::bad_response;
        auto user = decode_name(in.take_while(is_value_octet));
        if (!user || user->empty() || !take_exactly(in, ",r=")) return ReplyName::bad_response;
        const auto nonce = in.take_while(is_nonce_octet);
        if (nonce.empty() || !are_extensions(in.rest())) return ReplyName::bad_response;
        user = sasl_mapped(*user);
        if (sasl_prohibited(*user)) return ReplyName::wrong_credentials;
        // Nobody may act for somebody else here.
        if (authorization && !equals_ignoring_case(*authorization, *user)) return ReplyName::wrong_credentials;

        user_ = *std::move(user);
        salt_ = context_.salt(user_);
        nonce_ = std::string(nonce) + context_.nonce;
        server_first_ =
            "r=" + nonce_ + ",s=" + base64_encode(salt_) + ",i=" + std::to_string(ScramResponse::iterations);
        return SaslChallenge{server_first_};
    }

    SaslStep client_final(std::string_view message) {
        // The proof is the last attribute; base64 has no comma.
        const auto proof_at = message.rfind(",p=");
        if (proof_at == std::string_view::npos) return ReplyName::bad_response;
        const auto without_proof = message.substr(0, proof_at);
        const auto proof = base64_decode(message.substr(proof_at + 3));
        Scanner in(without_proof);
        if (!take_exactly(in, "c=")) return ReplyName::bad_response;
        const auto binding = base64_decode(in.take_while(is_value_octet));
        if (!take_exactly(in, ",r=")) return ReplyName::bad_response;
        const auto nonce = in.take_while(is_nonce_octet);
        if (!proof || proof->size() != proof_size || !binding || !are_extensions(in.rest()))
            return ReplyName::bad_response;
        if (*binding != gs2_header_ || nonce != nonce_) return ReplyName::wrong_credentials;
        return VerifyLogin{
            user_,
            ScramResponse{salt_, client_first_bare_ + "," + server_first_ + "," + std::string(without_proof), *proof}};
    }

    SaslContext context_;
    std::string user_;
    std::string salt_;
    std::string nonce_;
    std::string gs2_header_;
    std::string client_first_bare_;
    std::string server_first_;
};

}  // namespace

std::unique_ptr<SaslExchange> make_scram_sha_256(SaslContext context) {
    return std::make_unique<ScramSha256>(std::move(context));
}

}  // namespace refserver::protocol
