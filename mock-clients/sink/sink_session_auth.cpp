#include "sink/names.h"
#include "sink/sink_session.h"

#include <array>
#include <optional>

namespace smtpspec::sink {

namespace {

std::optional<std::string> from_base64(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.size() % 4 != 0) return std::nullopt;
    std::string result;
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::uint32_t group = 0;
        std::size_t padding = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const char c = text[i + k];
            const std::size_t value = alphabet.find(c);
            const bool pads = c == '=' && k >= 2 && i + 4 == text.size();
            if (pads) ++padding;
            if ((!pads && value == std::string_view::npos) || (!pads && padding > 0)) return std::nullopt;
            group = group << 6 | (pads ? 0U : static_cast<std::uint32_t>(value));
        }
        for (std::size_t k = 0; k < 3 - padding; ++k) result += static_cast<char>(group >> (16 - 8 * k) & 0xFFU);
    }
    return result;
}

/// RFC 4616 §2: [authzid] NUL authcid NUL passwd.
std::optional<std::string> user_of_plain(const std::string& message) {
    const std::size_t first = message.find('\0');
    const std::size_t second = first == std::string::npos ? first : message.find('\0', first + 1);
    if (second == std::string::npos || second == first + 1 || second + 1 == message.size()) return std::nullopt;
    if (message.find('\0', second + 1) != std::string::npos) return std::nullopt;
    return message.substr(first + 1, second - first - 1);
}

/// RFC 2195 §2: user SP digest.
std::optional<std::string> user_of_digest(const std::string& response) {
    const std::size_t blank = response.rfind(' ');
    if (blank == std::string::npos || response.size() - blank != 33) return std::nullopt;
    return response.substr(0, blank);
}

}  // namespace

void SinkSession::auth(std::string_view argument) {
    if (!extended_ || !offers("AUTH")) return reply("502", "5.5.1", "not offered");
    if (!login_.empty() || mail_) return reply("503", "5.5.1", "not now");
    const std::size_t blank = argument.find(' ');
    const std::string mechanism = lower_case(argument.substr(0, blank));
    const std::string_view initial = blank == std::string_view::npos ? "" : argument.substr(blank + 1);
    char kind = '2';
    if (told_for_all("AUTH", &kind)) {
        // A challenge is followed by a line of its own, whatever it asks.
        if (kind == '3') reading_ = mechanism == "login" ? Reading::user_name : Reading::plain;
        return;
    }
    if (mechanism == "plain") {
        reading_ = Reading::plain;
        if (blank == std::string_view::npos) return send("334 ");
    } else if (mechanism == "login") {
        reading_ = Reading::user_name;
        if (blank == std::string_view::npos) return send("334 VXNlcm5hbWU6");
    } else if (mechanism == "cram-md5") {
        // The challenge of RFC 2195 §2, always the same, so that scenarios know the right response.
        reading_ = Reading::digest;
        if (blank == std::string_view::npos)
            return send("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+");
        reading_ = Reading::commands;
        return reply("501", "5.7.0", "the server begins");
    } else {
        return reply("504", "5.5.4", "unknown mechanism");
    }
    auth_line(initial);
}

void SinkSession::auth_line(std::string_view line) {
    const Reading reading = reading_;
    reading_ = Reading::commands;
    const auto octets = from_base64(line);
    const auto user = octets && reading == Reading::plain    ? user_of_plain(*octets)
                      : octets && reading == Reading::digest ? user_of_digest(*octets)
                                                             : octets;
    if (!user || (reading != Reading::password && user->empty())) {
        login_.clear();
        return reply("501", "5.5.2", line == "*" ? "given up" : "cannot read that");
    }
    if (reading == Reading::user_name) {
        login_user_ = *user;
        reading_ = Reading::password;
        return send("334 UGFzc3dvcmQ6");
    }
    login_ = reading == Reading::password ? login_user_ : *user;
    reply("235", "2.7.0", "welcome");
}

}  // namespace smtpspec::sink
