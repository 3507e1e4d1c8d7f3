#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What strings of the settings file may look like.
namespace refserver::settings {

struct Format {
    std::string_view allowed;  ///< in plain words
    /// What is wrong with the text, or nothing.
    std::optional<std::string> (*wrong)(std::string_view);
};

extern const Format any_text;
extern const Format path;           ///< of a file or folder
extern const Format domain;         ///< RFC 5321 §4.1.2 Domain, ASCII
extern const Format mail_address;   ///< local-part@domain, without quotes
extern const Format host;           ///< an IP address or a host name
extern const Format ip_range;       ///< access::IpRange
extern const Format host_and_port;  ///< `127.0.0.1:53`, `[::1]:53`

}  // namespace refserver::settings
