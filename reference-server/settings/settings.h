#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// The settings file as values. The table in table.h says for each its name, default, allowed
/// values and documentation; nothing else in the program knows a default.
namespace refserver::settings {

enum class Logins { any_account, only };
enum class OutgoingMode { independent, relay };

struct General {
    std::string primary_domain;              ///< the name in greetings and trace fields
    std::vector<std::string> local_domains;  ///< domains whose accounts are hosted here; lower case
    std::string admin_email;                 ///< receives mail for postmaster
    std::uint64_t max_mail_size = 0;         ///< octets, as SIZE counts them (RFC 1870)
    std::string data_directory;              ///< accounts, mailboxes, queue
};

struct IncomingService {
    std::uint16_t port = 0;  ///< D1; 0: a free one
    std::string listen_ip;   ///< D3, D4; empty: all addresses
};

/// Who may use the outgoing service (D15 to D26).
struct OutgoingAccess {
    bool authentication = false;    ///< D17
    Logins logins{};                ///< D19, D20
    std::string user;               ///< the single login of `only`
    std::string password;           ///< a crypt(3) hash (begins with `$`), or clear text
    bool ip_range_control = false;  ///< D21
    std::vector<std::string> ip_ranges;
    bool block_local_ips = false;       ///< D24
    std::vector<std::string> safe_ips;  ///< D25
    bool allow_local_ips = false;       ///< D26
};

struct OutgoingService {
    bool enabled = false;    ///< D6
    std::uint16_t port = 0;  ///< D8; may equal the incoming port
    std::string listen_ip;   ///< D11
    OutgoingAccess access;
};

struct Smtp {
    std::uint32_t max_connections_per_port = 0;  ///< D12
    std::uint32_t max_recipients_per_mail = 0;   ///< D14
    IncomingService incoming;
    OutgoingService outgoing;
};

struct OutgoingMail {
    bool enabled = false;    ///< D7
    OutgoingMode mode{};     ///< X16, X17
    std::string relay_host;  ///< address or host name
    std::uint16_t relay_port = 0;
    std::string relay_user;  ///< empty: no login
    std::string relay_password;
    std::vector<std::string> dns_hosts;  ///< `host:port`; empty: the system's
    std::uint16_t mx_port = 0;
    std::uint32_t max_resend_attempts = 0;       ///< X18: after the first
    std::uint32_t resend_delay = 0;              ///< X18: seconds
    std::uint32_t max_outbound_connections = 0;  ///< X19
};

struct Tls {
    std::string certificate;  ///< PEM file; empty: no TLS
    std::string private_key;
    std::uint16_t implicit_port = 0;  ///< outgoing service with TLS from the first octet; 0: none
    bool required_for_authentication = false;
};

struct Settings {
    General general;
    Smtp smtp;
    OutgoingMail outgoing_mail;
    Tls tls;
};

}  // namespace refserver::settings
