#include "access/access.h"

#include <algorithm>
#include <array>

namespace refserver::access {

namespace {

bool any_contains(const std::vector<IpRange>& ranges, const IpAddress& address) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) { return range.contains(address); });
}

bool shared(PortRoles roles) {
    return roles.incoming && roles.outgoing;
}

/// One line of X10: a question, and what follows when its answer is yes. With no, the next line counts.
struct Rule {
    std::string_view number;
    std::string_view number_on_shared_port;
    std::string_view question;
    bool (*applies)(const Rules&, PortRoles, const Client&);
    Verdict verdict;
    std::string_view why;
};

constexpr std::array<Rule, 7> x10{{
    {"D6", "D6", "is outgoing SMTP off?",
     [](const Rules& rules, PortRoles, const Client&) { return !rules.outgoing_enabled; }, Verdict::refuse,
     "outgoing SMTP is not enabled"},
    {"D5", "D5", "does the port serve incoming mail alone?",
     [](const Rules&, PortRoles roles, const Client&) { return !roles.outgoing; }, Verdict::refuse,
     "the incoming service never relays"},
    {"D25", "D25", "is the client a safe address?",
     [](const Rules& rules, PortRoles, const Client& client) { return any_contains(rules.safe_ips, client.address); },
     Verdict::allow, "the client is one of the safe addresses, which overrule every restriction"},
    {"D26", "D26", "are addresses of this computer safe, and is the client's one of them?",
     [](const Rules& rules, PortRoles, const Client& client) { return rules.allow_local_ips && client.is_local; },
     Verdict::allow, "addresses of this computer are safe, and overrule every restriction"},
    {"D24", "D24", "are addresses of this computer blocked, and is the client's one of them?",
     [](const Rules& rules, PortRoles, const Client& client) { return rules.block_local_ips && client.is_local; },
     Verdict::refuse, "addresses of this computer are blocked"},
    {"D23", "D22", "is range control on, and the client outside the ranges?",
     [](const Rules& rules, PortRoles, const Client& client) {
         return rules.ip_range_control && !any_contains(rules.ip_ranges, client.address);
     },
     Verdict::refuse, "the client is outside the IP ranges"},
    {"D17", "D18", "is a login needed, and missing?",
     [](const Rules& rules, PortRoles, const Client& client) { return rules.authentication && !client.logged_in; },
     Verdict::needs_login, "the client has not logged in"},
}};

/// No rule restricts the client: it satisfies those that are on.
Decision allowed(const Rules& rules, PortRoles roles) {
    if (rules.authentication && rules.ip_range_control) {
        return {Verdict::allow, "D16", "the client is inside the IP ranges and has logged in"};
    }
    if (rules.authentication) return {Verdict::allow, shared(roles) ? "D18" : "D17", "the client has logged in"};
    if (rules.ip_range_control) {
        return {Verdict::allow, shared(roles) ? "D22" : "D21",
                "the client is inside the IP ranges, and no login is asked for"};
    }
    if (rules.block_local_ips) {
        return {Verdict::allow, "D24", "only addresses of this computer are blocked, and the client has none of them"};
    }
    return {Verdict::allow, "D15", "no access option is on, so that any computer may use the outgoing service"};
}

}  // namespace

Decision outgoing_privileges(const Rules& rules, PortRoles roles, const Client& client) {
    for (const auto& rule : x10) {
        if (rule.applies(rules, roles, client)) {
            return {rule.verdict, shared(roles) ? rule.number_on_shared_port : rule.number, rule.why};
        }
    }
    return allowed(rules, roles);
}

std::vector<Step> steps(const Rules& rules, PortRoles roles, const Client& client) {
    std::vector<Step> taken;
    for (const auto& rule : x10) {
        const bool decides = rule.applies(rules, roles, client);
        taken.push_back({shared(roles) ? rule.number_on_shared_port : rule.number, rule.question, decides});
        if (decides) break;
    }
    return taken;
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
