#include "accounts/accounts.h"

#include <array>
#include <stdexcept>
#include <string>

#include <crypt.h>
#include <string.h>

namespace refserver::accounts {

namespace {

/// crypt_data holds what crypt_r works with: 32 KiB, and secret.
struct CryptData {
    crypt_data data{};
    CryptData() = default;
    ~CryptData() { explicit_bzero(&data, sizeof data); }
    CryptData(const CryptData&) = delete;
    CryptData& operator=(const CryptData&) = delete;
};

/// As long for every `given` of the same length, wherever the difference is.
bool equal_in_constant_time(std::string_view stored, std::string_view given) {
    unsigned difference = stored.size() == given.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char other = stored.empty() ? '\0' : stored[i % stored.size()];
        difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(other);
    }
    return difference == 0;
}

bool hash_matches(const std::string& hash, std::string_view given) {
    // crypt takes a C string, and would take what stands before a NUL for the whole password.
    const bool comparable = given.size() < CRYPT_MAX_PASSPHRASE_SIZE && given.find('\0') == std::string_view::npos;
    const auto crypted = std::make_unique<CryptData>();
    const std::string clear(comparable ? given : std::string_view{});
    const char* result = crypt_r(clear.c_str(), hash.c_str(), &crypted->data);
    // On failure crypt_r returns null or a string that begins with `*`, which is no hash.
    return result && result[0] != '*' && comparable && equal_in_constant_time(hash, result);
}

/// A hash that nobody knows the password of, for users that do not exist.
const std::string& nobodys_hash() {
    static const std::string hash = hash_password("");
    return hash;
}

}  // namespace

std::string hash_password(std::string_view clear) {
    if (clear.size() >= CRYPT_MAX_PASSPHRASE_SIZE || clear.find('\0') != std::string_view::npos) {
        throw std::invalid_argument("a password has at most " + std::to_string(CRYPT_MAX_PASSPHRASE_SIZE - 1) +
                                    " octets, and no NUL");
    }
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> salt{};
    if (!crypt_gensalt_rn("$y$", 0, nullptr, 0, salt.data(), static_cast<int>(salt.size()))) {
        throw std::runtime_error("no salt for a yescrypt hash can be had");
    }
    const auto crypted = std::make_unique<CryptData>();
    const std::string terminated(clear);
    const char* hash = crypt_r(terminated.c_str(), salt.data(), &crypted->data);
    if (!hash || hash[0] == '*') throw std::runtime_error("yescrypt failed");
    return hash;
}

bool password_matches(const std::string* stored, std::string_view given) {
    if (!stored) {
        hash_matches(nobodys_hash(), given);
        return false;
    }
    if (stored->starts_with('$')) return hash_matches(*stored, given);
    return equal_in_constant_time(*stored, given);
}

}  // namespace refserver::accounts
