#include "mailbox/return_path.h"

#include <string>
#include <string_view>

#include <Poco/String.h>

namespace refserver::mailbox {
namespace {

constexpr std::size_t usual_header = 16 * 1024;
constexpr std::size_t longest_header = 1024 * 1024;

/// The header with the end of its last line; as far as it goes when it never ends.
std::string header_of(const routing::Content& content) {
    for (std::size_t length = usual_header;; length = longest_header) {
        std::string text = content.read(0, length);
        if (text.starts_with("\r\n")) return {};
        const auto end = text.find("\r\n\r\n");
        if (end != std::string::npos) return text.substr(0, end + 2);
        if (text.size() < length || length == longest_header) return text;
    }
}

bool is_return_path(std::string_view line) {
    constexpr std::string_view name = "Return-Path";
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    // Blanks before the colon are an obsolete form that must be understood (RFC 5322 §4.5).
    const auto written = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
    return colon > 0 && written.size() == name.size() && Poco::icompare(std::string(written), std::string(name)) == 0;
}

}  // namespace

std::vector<Span> without_return_path(const routing::Content& content) {
    const std::string header = header_of(content);
    std::vector<Span> kept;
    std::uint64_t from = 0;
    bool dropping = false;
    for (std::size_t at = 0; at < header.size();) {
        const auto end = header.find("\r\n", at);
        const std::size_t next = end == std::string::npos ? header.size() : end + 2;
        const bool continued = header[at] == ' ' || header[at] == '\t';
        if (!continued) dropping = is_return_path(std::string_view(header).substr(at, next - at));
        if (dropping) {
            if (at > from) kept.push_back({from, at});
            from = next;
        }
        at = next;
    }
    if (from < content.size()) kept.push_back({from, content.size()});
    return kept;
}

}  // namespace refserver::mailbox
