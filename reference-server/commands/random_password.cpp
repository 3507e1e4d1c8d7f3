#include "commands/random_password.h"

#include <random>
#include <string_view>

namespace refserver::commands {

std::string random_password() {
    constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    static_assert(alphabet.size() == 32);
    std::random_device source;  // the kernel's generator
    std::string password;
    while (password.size() < 20) password += alphabet[source() % alphabet.size()];
    return password;
}

}  // namespace refserver::commands
