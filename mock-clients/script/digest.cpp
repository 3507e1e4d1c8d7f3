#include "script/digest.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace smtpspec::script {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int most_iterations = 1'000'000;

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view text) {
    unsigned char octets[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), octets, &size);
    return {reinterpret_cast<const char*>(octets), size};
}

std::string sha256(std::string_view text) {
    unsigned char octets[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), octets, &size, EVP_sha256(), nullptr);
    return {reinterpret_cast<const char*>(octets), size};
}

/// The value of `name=value` in a list with commas.
std::optional<std::string> attribute(std::string_view list, char name) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (end >= 2 && list[0] == name && list[1] == '=') return std::string(list.substr(2, end - 2));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return std::nullopt;
}

}  // namespace

std::string base64(std::string_view octets) {
    std::string result;
    result.reserve((octets.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < octets.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group = group << 8 | (i + k < octets.size() ? static_cast<unsigned char>(octets[i + k]) : 0U);
        }
        const std::size_t present = std::min<std::size_t>(3, octets.size() - i);
        for (std::size_t k = 0; k < 4; ++k) {
            result += k <= present ? alphabet[group >> (18 - 6 * k) & 63U] : '=';
        }
    }
    return result;
}

std::optional<std::string> unbase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string result;
    std::uint32_t bits = 0;
    int count = 0;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    for (const char c : text.substr(0, text.size() - padding)) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            result += static_cast<char>(bits >> count & 0xFFU);
        }
    }
    return result;
}

std::string hmac_md5(std::string_view key, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const char c : hmac(EVP_md5(), key, text)) {
        result += digits[static_cast<unsigned char>(c) >> 4];
        result += digits[static_cast<unsigned char>(c) & 15U];
    }
    return result;
}

std::optional<Scram> scram(const std::string& password, const std::string& client_first,
                           const std::string& server_first) {
    const auto nonce = attribute(server_first, 'r');
    const auto salt = unbase64(attribute(server_first, 's').value_or("?"));
    const std::string count = attribute(server_first, 'i').value_or("");
    int iterations = 0;
    std::from_chars(count.data(), count.data() + count.size(), iterations);
    if (!nonce || !salt || iterations < 1 || iterations > most_iterations) return std::nullopt;

    unsigned char salted[32];
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                      reinterpret_cast<const unsigned char*>(salt->data()), static_cast<int>(salt->size()), iterations,
                      EVP_sha256(), sizeof salted, salted);
    const std::string_view salted_password(reinterpret_cast<const char*>(salted), sizeof salted);
    const std::string without_proof = "c=biws,r=" + *nonce;
    const std::string everything = client_first + "," + server_first + "," + without_proof;

    std::string proof = hmac(EVP_sha256(), salted_password, "Client Key");
    const std::string signature = hmac(EVP_sha256(), sha256(proof), everything);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ signature[i]);
    const std::string server_key = hmac(EVP_sha256(), salted_password, "Server Key");
    return Scram{without_proof + ",p=" + base64(proof), "v=" + base64(hmac(EVP_sha256(), server_key, everything))};
}

}  // namespace smtpspec::script
