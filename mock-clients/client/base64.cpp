#include "client/base64.h"

#include <openssl/evp.h>

namespace smtpspec::client {

std::string base64(std::string_view octets) {
    // EVP_EncodeBlock puts a NUL behind the text.
    std::string text(4 * ((octets.size() + 2) / 3) + 1, '\0');
    const auto* from = reinterpret_cast<const unsigned char*>(octets.data());
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), from, static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace smtpspec::client
