#include "accounts/challenge.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace refserver::accounts {

namespace {

constexpr std::size_t sha_256_size = 32;

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac(const EVP_MD* method, std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (!HMAC(method, key.data(), static_cast<int>(key.size()), octets(text), text.size(), digest.data(), &size)) {
        throw std::runtime_error("a keyed digest cannot be made");
    }
    return {digest.begin(), digest.begin() + size};
}

std::string sha_256(std::string_view text) {
    std::array<unsigned char, sha_256_size> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("a digest cannot be made");
    }
    return {digest.begin(), digest.end()};
}

std::string hexadecimal(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// The password, or one that stands for nobody's.
std::string_view password(const std::string* stored) {
    return stored && is_clear_text(*stored) ? std::string_view(*stored) : std::string_view("nobody");
}

}  // namespace

bool is_clear_text(std::string_view stored) {
    return !stored.empty() && !stored.starts_with('$');
}

bool cram_md5_matches(const std::string* stored, std::string_view challenge, std::string_view digest) {
    const bool right = same(hexadecimal(hmac(EVP_md5(), password(stored), challenge)), digest);
    return right && stored && is_clear_text(*stored);
}

std::optional<std::string> scram_sha_256_signature(const std::string* stored, const ScramProof& given) {
    const auto clear = password(stored);
    std::array<unsigned char, sha_256_size> salted{};
    if (PKCS5_PBKDF2_HMAC(clear.data(), static_cast<int>(clear.size()), octets(given.salt),
                          static_cast<int>(given.salt.size()), given.iterations, EVP_sha256(),
                          static_cast<int>(salted.size()), salted.data()) != 1) {
        throw std::runtime_error("a password cannot be salted");
    }
    const std::string salted_password(salted.begin(), salted.end());
    const auto stored_key = sha_256(hmac(EVP_sha256(), salted_password, "Client Key"));
    std::string client_key = hmac(EVP_sha256(), stored_key, given.auth_message);
    if (given.proof.size() != client_key.size()) return std::nullopt;
    std::ranges::transform(client_key, given.proof, client_key.begin(),
                           [](char a, char b) { return static_cast<char>(a ^ b); });
    const bool right = same(sha_256(client_key), stored_key);
    if (!right || !stored || !is_clear_text(*stored)) return std::nullopt;
    return hmac(EVP_sha256(), hmac(EVP_sha256(), salted_password, "Server Key"), given.auth_message);
}

std::string random_octets(std::size_t count) {
    std::string out(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the system has no random octets");
    }
    return out;
}

std::string scram_salt(std::string_view secret, std::string_view user) {
    constexpr std::size_t salt_size = 16;
    std::string folded(user);
    std::ranges::transform(folded, folded.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return hmac(EVP_sha256(), secret, folded).substr(0, salt_size);
}

}  // namespace refserver::accounts
