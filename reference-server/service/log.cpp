#include "service/log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>
#include <Poco/UTF8Encoding.h>
#include <unistd.h>

namespace refserver::service {
namespace {

constexpr std::array<std::string_view, 4> names{"error", "warning", "information", "debug"};

std::string_view name_of(LogLevel level) {
    return names[static_cast<std::size_t>(level)];
}

LogLevel level_named(std::string_view name) {
    const auto* const at = std::ranges::find(names, name);
    return at == names.end() ? LogLevel::information : static_cast<LogLevel>(at - names.begin());
}

/// Length of the UTF-8 sequence that `text` begins with; 0 when it is none.
std::size_t sequence_length(std::string_view text) {
    const auto* const octets = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t length = octets[0] < 0x80 ? 1 : octets[0] < 0xe0 ? 2 : octets[0] < 0xf0 ? 3 : 4;
    return length <= text.size() && Poco::UTF8Encoding::isLegal(octets, static_cast<int>(length)) ? length : 0;
}

void append_hex(std::string& out, const char* format, unsigned char octet) {
    std::array<char, 8> text;
    std::snprintf(text.data(), text.size(), format, octet);
    out += text.data();
}

/// Valid inside double quotes in JSON; what is not UTF-8 is shown as `\xHH` in letters.
std::string escaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const char c = text.front();
        const std::size_t length = sequence_length(text);
        if (length == 0) {
            append_hex(out, "\\\\x%02x", static_cast<unsigned char>(c));
        } else if (c == '"' || c == '\\') {
            out += {'\\', c};
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            append_hex(out, "\\u%04x", static_cast<unsigned char>(c));
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

bool needs_quotes(std::string_view text) {
    return text.empty() ||
           std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c >= 0x7f || c == '"' || c == '\\'; });
}

}  // namespace

Log::Log(LogFormat format, std::string_view level)
    : json_(format == LogFormat::json || (format == LogFormat::automatic && ::isatty(STDERR_FILENO) == 0)),
      least_(level_named(level)) {}

void Log::write(LogLevel level, std::string_view event, const LogFields& fields) {
    if (!writes(level)) return;
    const std::string time = Poco::DateTimeFormatter::format(Poco::Timestamp(), "%Y-%m-%dT%H:%M:%S.%iZ");
    const std::string line =
        (json_ ? json_line(time, level, event, fields) : text_line(time, level, event, fields)) + "\n";
    const std::lock_guard lock(mutex_);
    for (std::string_view rest = line; !rest.empty();) {
        const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return;  // nowhere left to say so
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string json_line(std::string_view time, LogLevel level, std::string_view event, const LogFields& fields) {
    std::string line = "{\"time\":\"" + std::string(time) + "\",\"level\":\"" + std::string(name_of(level)) +
                       "\",\"event\":\"" + escaped(event) + "\"";
    for (const auto& [name, value] : fields) line += ",\"" + escaped(name) + "\":\"" + escaped(value) + "\"";
    return line + "}";
}

std::string text_line(std::string_view time, LogLevel level, std::string_view event, const LogFields& fields) {
    std::string line = std::string(time) + " " + std::string(name_of(level)) + " " + std::string(event);
    for (const auto& [name, value] : fields) {
        line += " " + name + "=" + (needs_quotes(value) ? "\"" + escaped(value) + "\"" : value);
    }
    return line;
}

}  // namespace refserver::service
