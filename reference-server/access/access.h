#pragma once

#include "access/ip_address.h"

#include <string>
#include <string_view>
#include <vector>

/// Who may use the outgoing service: a pure function of settings, client address, login and port role
/// (SETTINGS.md D15 to D26, X7 to X13).
namespace refserver::access {

/// First and last address, both included. Single addresses and CIDR blocks are ranges too.
struct IpRange {
    IpAddress first;
    IpAddress last;
    bool operator==(const IpRange&) const = default;
    bool contains(const IpAddress& a) const { return first <= a && a <= last && first.is_v4() == a.is_v4(); }
    /// "192.0.2.7", "192.0.2.10-192.0.2.20", "2001:db8::/32". Otherwise nothing, and `why` says what is wrong.
    static std::optional<IpRange> parse(std::string_view text, std::string* why = nullptr);
};

/// The rules in effect; made from the settings once, at start and reload.
struct Rules {
    bool outgoing_enabled = false;
    bool authentication = false;
    bool ip_range_control = false;
    std::vector<IpRange> ip_ranges;
    bool block_local_ips = false;
    std::vector<IpRange> safe_ips;
    bool allow_local_ips = false;
};

/// What a connection's port serves. Both on a shared port (and where X4 says so).
struct PortRoles {
    bool incoming = false;
    bool outgoing = false;
};

struct Client {
    IpAddress address;
    bool is_local = false;   ///< the address is assigned to this computer
    bool logged_in = false;  ///< with a login that counts (D19, D20)
};

enum class Verdict {
    allow,
    needs_login,  ///< would be allowed after a login
    refuse,       ///< no login helps
};

struct Decision {
    Verdict verdict;
    std::string_view rule;  ///< the deciding rule of X10, such as "D25"; for logs and `explain`
    std::string_view why;   ///< a short sentence in plain words
};

/// Whether the client has outgoing privileges, in the order of X10.
Decision outgoing_privileges(const Rules&, PortRoles, const Client&);

/// The questions of X10 that were asked on the way to that decision; only the last can have been answered with yes.
struct Step {
    std::string_view rule;
    std::string_view question;
    bool answer;
};
std::vector<Step> steps(const Rules&, PortRoles, const Client&);

/// Whether a new connection is to be disconnected at once (D23, D24): split outgoing port, refused whatever the login.
bool disconnect_at_once(const Rules&, PortRoles, const Client&);

/// Whether AUTH is offered (X11): outgoing or shared port, and authentication on.
bool offers_authentication(const Rules&, PortRoles);

/// Whether MAIL is refused until a login (X12): split outgoing port, login needed and missing.
bool mail_needs_login(const Rules&, PortRoles, const Client&);

}  // namespace refserver::access
