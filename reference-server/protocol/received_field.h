#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace refserver::protocol {

/// What stands in a trace field (RFC 5321 §4.4).
struct Trace {
    std::string client_name = {};     ///< the argument of EHLO or HELO; its grammar has been checked
    std::string client_address = {};  ///< "192.0.2.1", "2001:db8::1"
    std::string server_name = {};
    bool extended = false;  ///< EHLO
    bool tls = false;
    bool authenticated = false;
    bool smtputf8 = false;
    std::string tls_version = {};
    std::string tls_cipher = {};
    std::string id = {};
    std::string single_recipient = {};  ///< empty when there are several: one must not learn of another (§7.2)
    std::optional<int> priority = {};   ///< MT-PRIORITY as given (RFC 6710 §10)
};

/// The whole field, folded, with its final CR LF.
std::string received_field(const Trace&, std::chrono::system_clock::time_point, std::chrono::minutes zone);

/// RFC 5322 §3.3: `Tue, 24 Nov 2026 12:41:00 +0000`.
std::string date_time(std::chrono::system_clock::time_point, std::chrono::minutes zone);

/// RFC 3848 and RFC 6531 §4.3: SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA, UTF8SMTP…
std::string transmission_type(const Trace&);

/// What the process's zone is ahead of UTC at that time.
std::chrono::minutes local_zone(std::chrono::system_clock::time_point);

/// RFC 5321 §4.1.3: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
std::string to_address_literal(const std::string& address);

}  // namespace refserver::protocol
