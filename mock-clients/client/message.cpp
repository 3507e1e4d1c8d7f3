#include "client/message.h"

#include "client/text.h"

#include <algorithm>
#include <ctime>
#include <stdexcept>

#include <strings.h>

namespace smtpspec::client {

namespace {

constexpr std::size_t width = 76;  // RFC 5322 §2.1.1: lines SHOULD have no more than 78

std::string now_as_date() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    // Not strftime: names of days and months must not depend on the locale.
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d +0000", days[utc.tm_wday], utc.tm_mday,
                  months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    return text;
}

std::string header_section(const MessageParts& parts) {
    const std::string from = parts.from.empty() ? "postmaster@client.example" : parts.from;
    std::string result = "Date: " + now_as_date() + "\r\nFrom: <" + from + ">\r\n";
    if (!parts.to.empty()) result += "To: <" + parts.to + ">\r\n";
    result += "Message-ID: <" + parts.marker + "." + std::to_string(parts.number) + "@client.example>\r\n";
    return result + "Subject: " + parts.marker + "\r\n\r\n";
}

/// Exactly `octets` octets of complete lines, none of which begins with a dot.
std::string filler(std::size_t octets) {
    std::string result;
    result.reserve(octets);
    while (octets > 0) {
        // One octet cannot be a line: the line before has to leave none or at least three.
        std::size_t line = std::min(octets, width + 2);
        if (octets - line == 1) --line;
        result += std::string(line - 2, 'x') + "\r\n";
        octets -= line;
    }
    return result;
}

std::string_view line_at(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return text.substr(at, end == std::string_view::npos ? end : end + 1 - at);
}

std::string_view without_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::string trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

/// The length of the field's name, 0 if the line begins none (RFC 5322 §2.2).
std::size_t name_length(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return 0;
    std::string_view name = line.substr(0, colon);
    while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
    const bool valid = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
    return valid ? name.size() : 0;
}

}  // namespace

std::string dot_stuffed(std::string_view content) {
    return (content.starts_with('.') ? "." : "") + replaced(content, "\r\n.", "\r\n..");
}

std::string dot_unstuffed(std::string_view content) {
    if (content.starts_with('.')) content.remove_prefix(1);
    return replaced(content, "\r\n.", "\r\n");
}

std::string as_data(std::string_view content) {
    std::string result = dot_stuffed(content);
    if (!result.empty() && !result.ends_with("\r\n")) result += "\r\n";
    return result + ".\r\n";
}

std::string small_message(const MessageParts& parts) {
    return header_section(parts) + "This is message " + std::to_string(parts.number) + " of " + parts.marker + ".\r\n";
}

std::string message_of(std::size_t octets, const MessageParts& parts) {
    if (octets < 2) throw std::invalid_argument("a message has at least 2 octets: those of its line end");
    const std::string header = header_section(parts);
    if (octets < header.size() + 2) return filler(octets);
    return header + filler(octets - header.size());
}

Message::Message(std::string octets) : octets_(std::move(octets)) {
    const std::string_view text = octets_;
    while (body_ < text.size()) {
        const std::string_view line = line_at(text, body_);
        const std::string_view content = without_end(line);
        if (content.empty()) {
            body_ += line.size();
            return;
        }
        if (is_blank(content.front()) && !header_.empty()) {
            header_.back().value += content;
        } else if (const std::size_t length = name_length(content)) {
            header_.push_back(
                {std::string(content.substr(0, length)), std::string(content.substr(content.find(':') + 1))});
        } else {
            return;
        }
        body_ += line.size();
    }
}

std::optional<std::string> Message::field(std::string_view name, int occurrence) const {
    for (const HeaderField& field : header_) {
        const bool same =
            field.name.size() == name.size() && ::strncasecmp(field.name.data(), name.data(), name.size()) == 0;
        if (same && --occurrence == 0) return trimmed(field.value);
    }
    return std::nullopt;
}

bool is_header_fields(std::string_view text) {
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = line_at(text, at);
        const std::string_view content = without_end(line);
        if (!line.ends_with('\n') || content.empty()) return false;
        if (!(any && is_blank(content.front())) && name_length(content) == 0) return false;
        any = true;
        at += line.size();
    }
    return any;
}

}  // namespace smtpspec::client
