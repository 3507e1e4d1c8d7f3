#include "client/text.h"

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

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
    std::string result;
    std::size_t start = 0;
    for (std::size_t found = text.find(what); found != std::string_view::npos; found = text.find(what, start)) {
        result.append(text.substr(start, found - start)).append(by);
        start = found + what.size();
    }
    return result.append(text.substr(start));
}

}  // namespace smtpspec::client
