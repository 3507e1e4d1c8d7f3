#include "settings/consistency.h"

#include "access/access.h"

#include <algorithm>
#include <optional>

namespace refserver::settings {

namespace {

/// RFC 1918, 4193, 6598, loopback, link-local, documentation: nobody on the Internet has them.
bool is_private(const access::IpRange& range) {
    static const auto blocks = [] {
        std::vector<access::IpRange> all;
        for (const auto* block :
             {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
              "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "::1", "fc00::/7", "fe80::/10", "2001:db8::/32"}) {
            all.push_back(*access::IpRange::parse(block));
        }
        return all;
    }();
    return std::any_of(blocks.begin(), blocks.end(),
                       [&](const auto& block) { return block.contains(range.first) && block.contains(range.last); });
}

bool holds_every_address(const std::string& text) {
    const auto range = access::IpRange::parse(text);
    return *range == *access::IpRange::parse("0.0.0.0/0") || *range == *access::IpRange::parse("::/0");
}

/// A host name is not resolved here: it may stand for any address.
bool listens_on_loopback_only(const std::string& listen_ip) {
    const auto address = access::IpAddress::parse(listen_ip);
    return address ? address->is_loopback() : listen_ip == "localhost";
}

void warn_about_access(const Settings& settings, std::vector<std::string>& lines) {
    const auto& outgoing = settings.smtp.outgoing;
    const auto& rules = outgoing.access;
    const bool restricted = rules.authentication || rules.ip_range_control;
    if (!restricted && !rules.block_local_ips) {
        lines.push_back(
            "smtp.outgoing.access: OPEN RELAY: no access option is on, so that any computer may send mail to "
            "anybody (D15)");
    } else if (!restricted) {
        lines.push_back(
            "smtp.outgoing.access: OPEN RELAY: only the addresses of this computer are kept from sending mail "
            "to anybody (D15, D24)");
    }
    for (const auto& range : rules.ip_ranges) {
        if (rules.ip_range_control && !rules.authentication && holds_every_address(range)) {
            lines.push_back("smtp.outgoing.access.ip_ranges: OPEN RELAY: \"" + range +
                            "\" holds every address, so that any computer may send mail to anybody (D15, D21)");
        }
    }
    if (rules.ip_range_control && rules.ip_ranges.empty()) {
        lines.push_back(
            "smtp.outgoing.access.ip_ranges: empty while ip_range_control is on: nobody but safe addresses "
            "may send outgoing mail (D21)");
    }
    if (rules.authentication && settings.tls.certificate.empty() && !listens_on_loopback_only(outgoing.listen_ip)) {
        lines.push_back(
            "smtp.outgoing.access.authentication: without tls.certificate passwords cross the network in clear "
            "text (D17)");
    }
    for (const auto& safe : rules.safe_ips) {
        if (!is_private(*access::IpRange::parse(safe))) {
            lines.push_back("smtp.outgoing.access.safe_ips: \"" + safe +
                            "\" has public addresses, which may send mail to anybody without a login (D25)");
        }
    }
}

}  // namespace

std::vector<Conflict> conflicts(const Settings& settings) {
    std::vector<Conflict> found;
    const auto& outgoing = settings.smtp.outgoing;
    const auto& mail = settings.outgoing_mail;
    const auto& tls = settings.tls;
    const auto when = [&](bool wrong, std::string_view name, std::string_view because, std::string message) {
        if (wrong) found.push_back({name, because, std::move(message)});
    };

    const bool only = outgoing.access.authentication && outgoing.access.logins == Logins::only;
    when(only && outgoing.access.user.empty(), "smtp.outgoing.access.user", "smtp.outgoing.access.logins",
         "must be given when logins is \"only\"; allowed: the user name of the one login");
    when(only && outgoing.access.password.empty(), "smtp.outgoing.access.password", "smtp.outgoing.access.logins",
         "must be given when logins is \"only\"; allowed: a crypt(3) hash or clear text");

    when(mail.enabled && mail.mode == OutgoingMode::relay && mail.relay_host.empty(), "outgoing_mail.relay_host",
         "outgoing_mail.mode", "must be given when mode is \"relay\"; allowed: an IP address or a host name");
    when(!mail.relay_user.empty() && mail.relay_password.empty(), "outgoing_mail.relay_password",
         "outgoing_mail.relay_user", "must be given when relay_user is");
    when(mail.relay_user.empty() && !mail.relay_password.empty(), "outgoing_mail.relay_user",
         "outgoing_mail.relay_password", "must be given when relay_password is");

    when(!tls.certificate.empty() && tls.private_key.empty(), "tls.private_key", "tls.certificate",
         "must be given when certificate is");
    when(tls.certificate.empty() && !tls.private_key.empty(), "tls.certificate", "tls.private_key",
         "must be given when private_key is");
    when(tls.certificate.empty() && tls.implicit_port != 0, "tls.implicit_port", "tls.certificate",
         "needs tls.certificate; allowed without one: 0");
    when(tls.certificate.empty() && tls.required_for_authentication, "tls.required_for_authentication",
         "tls.certificate", "needs tls.certificate, or nobody could log in; allowed without one: false");
    when(tls.implicit_port != 0 && tls.implicit_port == settings.smtp.incoming.port, "tls.implicit_port",
         "smtp.incoming.port", "is smtp.incoming.port, too; allowed: a port of its own, or 0");
    when(tls.implicit_port != 0 && outgoing.enabled && tls.implicit_port == outgoing.port, "tls.implicit_port",
         "smtp.outgoing.port", "is smtp.outgoing.port, too; allowed: a port of its own, or 0");
    return found;
}

std::vector<std::string> warnings(const Settings& settings) {
    std::vector<std::string> lines;
    const auto& incoming = settings.smtp.incoming;
    const auto& outgoing = settings.smtp.outgoing;
    if (incoming.port != 25) {
        lines.push_back("smtp.incoming.port: " + std::to_string(incoming.port) +
                        " is not 25, so that mail from the Internet may not arrive (D2)");
    }
    if (settings.smtp.max_recipients_per_mail < 100) {
        lines.push_back("smtp.max_recipients_per_mail: " + std::to_string(settings.smtp.max_recipients_per_mail) +
                        " is less than the 100 that RFC 5321 asks for (D14)");
    }
    if (outgoing.enabled) {
        if (outgoing.port == 25) {
            lines.push_back("smtp.outgoing.port: 25 is what abusers try first; another port is recommended (D9)");
        }
        if (!settings.outgoing_mail.enabled) {
            lines.push_back(
                "outgoing_mail.enabled: off while smtp.outgoing.enabled is on: mail for others than hosted "
                "accounts is refused for the time being (X3)");
        }
        warn_about_access(settings, lines);
    } else if (settings.tls.implicit_port != 0) {
        lines.push_back("tls.implicit_port: without effect while smtp.outgoing.enabled is off (D6)");
    }
    return lines;
}

}  // namespace refserver::settings
