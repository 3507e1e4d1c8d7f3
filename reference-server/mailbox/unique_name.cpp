#include "mailbox/unique_name.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include <unistd.h>

namespace refserver::mailbox {
namespace {

std::string this_host() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return host_part(name.data());
}

}  // namespace

std::string host_part(std::string_view host_name) {
    std::string result;
    for (const char c : host_name) {
        if (c == '/') {
            result += "\\057";
        } else if (c == ':') {
            result += "\\072";
        } else {
            result += c;
        }
    }
    return result;
}

std::string unique_name() {
    static std::atomic<std::uint64_t> counter{0};
    static const std::string host = this_host();
    using namespace std::chrono;
    const auto now = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
    return std::to_string(now / 1'000'000) + ".M" + std::to_string(now % 1'000'000) + "P" + std::to_string(::getpid()) +
           "Q" + std::to_string(++counter) + "." + host;
}

}  // namespace refserver::mailbox
