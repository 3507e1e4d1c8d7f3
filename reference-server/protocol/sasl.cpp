#include "protocol/sasl.h"

#include "protocol/scanner.h"
#include "protocol/utf8.h"

#include <algorithm>
#include <array>

namespace refserver::protocol {
namespace {

/// An empty user name or password never passes (RFC 4616 §2).
SaslStep credentials(std::string user, std::string password) {
    if (user.empty() || password.empty()) return ReplyName::bad_response;
    if (sasl_prohibited(user) || sasl_prohibited(password)) return ReplyName::wrong_credentials;
    return VerifyLogin{std::move(user), PasswordGiven{std::move(password)}};
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
        const auto authorization = sasl_mapped(response.substr(0, first));
        auto user = sasl_mapped(response.substr(first + 1, second - first - 1));
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
        user_ = sasl_mapped(std::move(response));
        return SaslChallenge{"Password:"};
    }

private:
    std::optional<std::string> user_;
};

}  // namespace

std::string sasl_mapped(std::string name) {
    struct Range {
        std::string_view lead;
        unsigned char first;
        unsigned char last;  ///< the last octets of the characters
    };
    // RFC 3454, table B.1.
    constexpr std::array<Range, 8> nothing{{{"\xc2", 0xad, 0xad},
                                            {"\xcd", 0x8f, 0x8f},
                                            {"\xe1\xa0", 0x86, 0x86},
                                            {"\xe1\xa0", 0x8b, 0x8d},
                                            {"\xe2\x80", 0x8b, 0x8d},
                                            {"\xe2\x81", 0xa0, 0xa0},
                                            {"\xef\xb8", 0x80, 0x8f},
                                            {"\xef\xbb", 0xbf, 0xbf}}};
    for (const auto& [lead, first, last] : nothing) {
        for (auto at = name.find(lead); at != std::string::npos; at = name.find(lead, at)) {
            const std::size_t end = at + lead.size();
            const auto octet = end < name.size() ? static_cast<unsigned char>(name[end]) : 0;
            if (octet >= first && octet <= last) {
                name.erase(at, lead.size() + 1);
            } else {
                at = end;
            }
        }
    }
    return name;
}

bool sasl_prohibited(std::string_view text) noexcept {
    return !is_utf8(text) ||
           std::ranges::any_of(text, [](char c) { return (!is_non_ascii(c) && c < ' ') || c == '\x7f'; });
}

std::unique_ptr<SaslExchange> make_sasl_exchange(std::string_view mechanism, SaslContext context) {
    if (equals_ignoring_case(mechanism, "PLAIN")) return std::make_unique<Plain>();
    if (equals_ignoring_case(mechanism, "LOGIN")) return std::make_unique<Login>();
    if (context.nonce.empty()) return nullptr;
    if (equals_ignoring_case(mechanism, "CRAM-MD5")) return make_cram_md5(context);
    if (equals_ignoring_case(mechanism, "SCRAM-SHA-256")) return make_scram_sha_256(std::move(context));
    return nullptr;
}

std::string_view sasl_mechanisms(bool with_challenges) noexcept {
    return with_challenges ? "SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN" : "PLAIN LOGIN";
}

}  // namespace refserver::protocol
