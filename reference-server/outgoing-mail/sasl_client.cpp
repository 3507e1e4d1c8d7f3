#include "outgoing-mail/sasl_client.h"

#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace refserver::outgoing_mail {

namespace {

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac(const EVP_MD* method, std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(method, key.data(), static_cast<int>(key.size()), octets(text), text.size(), digest.data(), &size);
    return {digest.begin(), digest.begin() + size};
}

class Plain final : public SaslClient {
public:
    explicit Plain(RelayCredentials c) : credentials_(std::move(c)) {}
    std::string_view mechanism() const override { return "PLAIN"; }
    std::optional<std::string> initial_response() override {
        using namespace std::string_literals;
        return "\0"s + credentials_.user + "\0"s + credentials_.password;
    }
    std::optional<std::string> respond(std::string_view) override { return std::nullopt; }

private:
    RelayCredentials credentials_;
};

class Login final : public SaslClient {
public:
    explicit Login(RelayCredentials c) : credentials_(std::move(c)) {}
    std::string_view mechanism() const override { return "LOGIN"; }
    std::optional<std::string> respond(std::string_view) override {
        switch (step_++) {
            case 0:
                return credentials_.user;
            case 1:
                return credentials_.password;
            default:
                return std::nullopt;
        }
    }

private:
    RelayCredentials credentials_;
    int step_ = 0;
};

class CramMd5 final : public SaslClient {
public:
    explicit CramMd5(RelayCredentials c) : credentials_(std::move(c)) {}
    std::string_view mechanism() const override { return "CRAM-MD5"; }
    std::optional<std::string> respond(std::string_view challenge) override {
        if (std::exchange(answered_, true)) return std::nullopt;
        std::string text = credentials_.user + ' ';
        for (const char c : hmac(EVP_md5(), credentials_.password, challenge)) {
            char digits[3];
            std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
            text += digits;
        }
        return text;
    }

private:
    RelayCredentials credentials_;
    bool answered_ = false;
};

class ScramSha256 final : public SaslClient {
public:
    ScramSha256(RelayCredentials c, const std::string& nonce)
        : credentials_(std::move(c)), nonce_(nonce), first_bare_("n=" + name(credentials_.user) + ",r=" + nonce) {}
    std::string_view mechanism() const override { return "SCRAM-SHA-256"; }
    std::optional<std::string> initial_response() override { return "n,," + first_bare_; }

    std::optional<std::string> respond(std::string_view challenge) override {
        if (signature_.empty()) return proof(challenge);
        if (proven_) return std::nullopt;
        proven_ = challenge == "v=" + base64(signature_);
        return proven_ ? std::optional<std::string>("") : std::nullopt;
    }

    bool server_is_proven() const override { return proven_; }

private:
    // RFC 5802 §5.1.
    static std::string name(std::string_view user) {
        std::string out;
        for (const char c : user) {
            if (c == ',') {
                out += "=2C";
            } else if (c == '=') {
                out += "=3D";
            } else {
                out += c;
            }
        }
        return out;
    }

    // The value of `x=value` at the front; takes the comma behind it too.
    static std::optional<std::string_view> take(std::string_view& text, std::string_view key) {
        if (!text.starts_with(key)) return std::nullopt;
        text.remove_prefix(key.size());
        const auto value = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), value.size() + 1));
        return value;
    }

    std::optional<std::string> proof(std::string_view server_first) {
        auto rest = server_first;
        const auto nonce = take(rest, "r="), salt_text = take(rest, "s="), iterations_text = take(rest, "i=");
        if (!nonce || !salt_text || !iterations_text) return std::nullopt;
        const auto salt = from_base64(*salt_text);
        int iterations = 0;
        const auto* end = iterations_text->data() + iterations_text->size();
        const auto read = std::from_chars(iterations_text->data(), end, iterations);
        // Fewer than RFC 7677 §4 wants make the proof cheap to guess from; more than this is nobody's honest wish.
        if (read.ec != std::errc{} || read.ptr != end || iterations < 4096 || iterations > 1'000'000)
            return std::nullopt;
        if (!salt || salt->empty() || nonce->size() <= nonce_.size() || !nonce->starts_with(nonce_))
            return std::nullopt;

        std::array<unsigned char, 32> salted{};
        const auto& password = credentials_.password;
        PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets(*salt),
                          static_cast<int>(salt->size()), iterations, EVP_sha256(), static_cast<int>(salted.size()),
                          salted.data());
        const std::string salted_password(salted.begin(), salted.end());
        const std::string without_proof = "c=biws,r=" + std::string(*nonce);
        const std::string message = first_bare_ + ',' + std::string(server_first) + ',' + without_proof;
        const auto client_key = hmac(EVP_sha256(), salted_password, "Client Key");
        std::array<unsigned char, 32> stored{};
        unsigned size = 0;
        EVP_Digest(client_key.data(), client_key.size(), stored.data(), &size, EVP_sha256(), nullptr);
        std::string proof = hmac(EVP_sha256(), {reinterpret_cast<const char*>(stored.data()), size}, message);
        std::ranges::transform(proof, client_key, proof.begin(),
                               [](char a, char b) { return static_cast<char>(a ^ b); });
        signature_ = hmac(EVP_sha256(), hmac(EVP_sha256(), salted_password, "Server Key"), message);
        return without_proof + ",p=" + base64(proof);
    }

    RelayCredentials credentials_;
    std::string nonce_;
    std::string first_bare_;
    std::string signature_;  ///< that the server has to give; empty: the proof has not been asked for
    bool proven_ = false;
};

}  // namespace

std::vector<std::unique_ptr<SaslClient>> sasl_clients(const std::vector<std::string>& offered,
                                                      const RelayCredentials& credentials, const std::string& nonce) {
    const auto is_offered = [&](std::string_view name) { return std::ranges::find(offered, name) != offered.end(); };
    std::vector<std::unique_ptr<SaslClient>> clients;
    if (is_offered("SCRAM-SHA-256") && !nonce.empty())
        clients.push_back(std::make_unique<ScramSha256>(credentials, nonce));
    if (is_offered("CRAM-MD5")) clients.push_back(std::make_unique<CramMd5>(credentials));
    if (is_offered("PLAIN")) clients.push_back(std::make_unique<Plain>(credentials));
    if (is_offered("LOGIN")) clients.push_back(std::make_unique<Login>(credentials));
    return clients;
}

}  // namespace refserver::outgoing_mail
