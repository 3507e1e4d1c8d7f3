#include "client/readable.h"

#include <cstdio>

namespace smtpspec::client {

namespace {

std::string escaped(char c) {
    switch (c) {
        case '\r':
            return "\\r";
        case '\n':
            return "\\n";
        case '\t':
            return "\\t";
        case '\\':
            return "\\\\";
        default:
            break;
    }
    if (c >= ' ' && c <= '~') return {c};
    char text[5];
    std::snprintf(text, sizeof text, "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

std::string readable(std::string_view octets, std::size_t most) {
    std::string result;
    for (const char c : octets.substr(0, most)) result += escaped(c);
    if (octets.size() > most) result += "… (" + std::to_string(octets.size()) + " octets)";
    return result;
}

}  // namespace smtpspec::client
