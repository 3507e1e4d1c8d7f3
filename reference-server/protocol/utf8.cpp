#include "protocol/utf8.h"

#include <cstddef>

namespace refserver::protocol {

bool is_utf8(std::string_view text) noexcept {
    const auto octet = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto continues = [&](std::size_t i) { return (octet(i) & 0xC0U) == 0x80U; };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned first = octet(i);
        const unsigned second = octet(i + 1);
        if (first < 0x80) {
            i += 1;
        } else if (first >= 0xC2 && first <= 0xDF && continues(i + 1)) {
            i += 2;
        } else if (first >= 0xE0 && first <= 0xEF && continues(i + 1) && continues(i + 2) &&
                   (first != 0xE0 || second >= 0xA0) && (first != 0xED || second < 0xA0)) {
            i += 3;
        } else if (first >= 0xF0 && first <= 0xF4 && continues(i + 1) && continues(i + 2) && continues(i + 3) &&
                   (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second < 0x90)) {
            i += 4;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace refserver::protocol
