#include "access/access.h"

#include <algorithm>

namespace refserver::access {

namespace {

bool any_contains(const std::vector<IpRange>& ranges, const IpAddress& address) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) { return range.contains(address); });
}

/// The rule that restricts nobody any more, since the client satisfies it.
Decision allowed(const Rules& rules, bool shared) {
    if (rules.authentication && rules.ip_range_control) {
        return {Verdict::allow, "D16", "the client is inside the IP ranges and has logged in"};
    }
    if (rules.authentication) return {Verdict::allow, shared ? "D18" : "D17", "the client has logged in"};
    if (rules.ip_range_control) {
        return {Verdict::allow, shared ? "D22" : "D21",
                "the client is inside the IP ranges, and no login is asked for"};
    }
    if (rules.block_local_ips) {
        return {Verdict::allow, "D24", "only addresses of this computer are blocked, and the client has none of them"};
    }
    return {Verdict::allow, "D15", "no access option is on, so that anybody may use the outgoing service"};
}

}  // namespace

Decision outgoing_privileges(const Rules& rules, PortRoles roles, const Client& client) {
    const bool shared = roles.incoming && roles.outgoing;
    if (!rules.outgoing_enabled) return {Verdict::refuse, "D6", "outgoing SMTP is not enabled"};
    if (!roles.outgoing) return {Verdict::refuse, "D5", "the incoming service never relays"};
    if (any_contains(rules.safe_ips, client.address)) {
        return {Verdict::allow, "D25", "the client is one of the safe addresses, which overrule every restriction"};
    }
    if (rules.allow_local_ips && client.is_local) {
        return {Verdict::allow, "D26", "addresses of this computer are safe, and overrule every restriction"};
    }
    if (rules.block_local_ips && client.is_local) {
        return {Verdict::refuse, "D24", "addresses of this computer are blocked"};
    }
    if (rules.ip_range_control && !any_contains(rules.ip_ranges, client.address)) {
        return {Verdict::refuse, shared ? "D22" : "D23", "the client is outside the IP ranges"};
    }
    if (rules.authentication && !client.logged_in) {
        return {Verdict::needs_login, shared ? "D18" : "D17", "the client has not logged in"};
    }
    return allowed(rules, shared);
}

bool disconnect_at_once(const Rules& rules, PortRoles roles, const Client& client) {
    return roles.outgoing && !roles.incoming && outgoing_privileges(rules, roles, client).verdict == Verdict::refuse;
}

bool offers_authentication(const Rules& rules, PortRoles roles) {
    return rules.outgoing_enabled && roles.outgoing && rules.authentication;
}

bool mail_needs_login(const Rules& rules, PortRoles roles, const Client& client) {
    return roles.outgoing && !roles.incoming &&
           outgoing_privileges(rules, roles, client).verdict == Verdict::needs_login;
}

}  // namespace refserver::access
