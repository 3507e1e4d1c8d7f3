#include "faults/put_in.h"

#include <algorithm>

namespace refserver::faults {
namespace {

using access::IpRange;
using access::Rules;
using protocol::AcceptRecipient;
using protocol::RecipientVerdict;
using protocol::Refusal;

RecipientVerdict relayed() {
    return AcceptRecipient{protocol::RecipientKind::outgoing, {}};
}

bool hosted(const RecipientVerdict& verdict) {
    const auto* accepted = std::get_if<AcceptRecipient>(&verdict);
    return accepted != nullptr && accepted->kind == protocol::RecipientKind::hosted;
}

bool refused_with(const RecipientVerdict& verdict, int code, std::string_view enhanced) {
    const auto* refusal = std::get_if<Refusal>(&verdict);
    return refusal != nullptr && refusal->code == code && refusal->enhanced == enhanced;
}

bool relaying_denied(const RecipientVerdict& verdict) {
    return refused_with(verdict, 550, "5.7.1");
}
bool login_wanted(const RecipientVerdict& verdict) {
    return refused_with(verdict, 530, "5.7.0");
}

bool shared(const access::PortRoles& roles) {
    return roles.incoming && roles.outgoing;
}

bool in(const std::vector<IpRange>& ranges, const access::IpAddress& address) {
    return std::ranges::any_of(ranges, [&](const auto& range) { return range.contains(address); });
}

access::IpAddress moved(const access::IpAddress& address, int by) {
    auto octets = address.octets();
    octets[15] = static_cast<std::uint8_t>(octets[15] + by);
    return access::IpAddress::from_v6(octets);
}

void keep_only_first(std::vector<IpRange>& ranges) {
    if (ranges.size() > 1) ranges.resize(1);
}

void drop_first(std::vector<IpRange>& ranges) {
    if (!ranges.empty()) ranges.erase(ranges.begin());
}

/// The connection stays where it would have been cut off; what may be sent on it is judged as it should.
PutIn staying_connected(bool range, bool block) {
    return [range, block](service::ServeOptions& options) {
        auto real = std::make_shared<service::InEffect<Rules>>();
        options.seams.configuration = [=](service::Configuration& configuration) {
            real->set(std::make_shared<const Rules>(configuration.rules));
            if (range) configuration.rules.ip_range_control = false;
            if (block) configuration.rules.block_local_ips = false;
        };
        with_recipients([=](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
            if (hosted(own)) return own;
            const auto decision = access::outgoing_privileges(*real->get(), asked.roles, asked.client);
            if (decision.verdict == access::Verdict::refuse) return Refusal{550, "5.7.1", "no", "D23"};
            return own;
        })(options);
    };
}

/// Safe addresses do not overrule one of the restrictions.
PutIn safe_but(std::function<void(Rules&)> only_this_restriction) {
    return with_recipients([only_this_restriction](const Question& asked, const protocol::Mailbox&,
                                                   RecipientVerdict own) -> RecipientVerdict {
        if (hosted(own)) return own;
        Rules rules = asked.configuration.rules;
        rules.safe_ips.clear();
        rules.allow_local_ips = false;
        only_this_restriction(rules);
        const auto decision = access::outgoing_privileges(rules, asked.roles, asked.client);
        if (decision.verdict == access::Verdict::needs_login) return Refusal{530, "5.7.0", "login", "D25"};
        if (decision.verdict == access::Verdict::refuse) return Refusal{550, "5.7.1", "no", "D25"};
        return own;
    });
}

Faults relaying() {
    return {
        {"incoming-port-relays",
         {"D5"},
         "the incoming port takes mail for other domains",
         with_recipients([](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) {
             return relaying_denied(own) && !asked.roles.outgoing ? relayed() : own;
         })},
        {"incoming-port-refuses-relaying-with-5.1.1",
         {"D5"},
         "mail for other domains is refused as an unknown mailbox",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             return relaying_denied(own) ? Refusal{550, "5.1.1", "no such mailbox", "D5"} : own;
         })},
        {"relaying-refused-for-now",
         {"D5"},
         "relaying is refused with 450, so that the client comes again",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             return relaying_denied(own) ? Refusal{450, "4.7.1", "later", "D5"} : own;
         })},
        {"outgoing-off-relays-all-the-same",
         {"D6"},
         "Enable Outgoing SMTP off changes nothing for who may send",
         with_recipients([](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) {
             return relaying_denied(own) && !asked.configuration.rules.outgoing_enabled ? relayed() : own;
         })},
        {"outgoing-off-safe-addresses-relay",
         {"D6", "X9"},
         "a safe address relays while Enable Outgoing SMTP is off",
         with_recipients([](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) {
             const Rules& rules = asked.configuration.rules;
             return relaying_denied(own) && !rules.outgoing_enabled && in(rules.safe_ips, asked.client.address)
                        ? relayed()
                        : own;
         })},
        {"service-off-refused-for-good",
         {"X3"},
         "with the outgoing mail service off: 550 instead of 451",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             return refused_with(own, 451, "4.3.2") ? Refusal{550, "5.3.2", "off", "X3"} : own;
         })},
        {"service-off-accepted",
         {"X3"},
         "with the outgoing mail service off, mail for it is accepted",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) {
             return refused_with(own, 451, "4.3.2") ? relayed() : own;
         })},
        {"unknown-mailbox-relayed",
         {"X2", "5321-3.3-rcpt-unknown-550"},
         "an unknown mailbox of a hosted domain is accepted",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) {
             return refused_with(own, 550, "5.1.1") ? relayed() : own;
         })},
        {"unknown-mailbox-refused-for-now",
         {"X2", "6409-3.2-accept-then-bounce"},
         "an unknown mailbox is refused with 450",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             return refused_with(own, 550, "5.1.1") ? Refusal{450, "4.1.1", "later", "X2"} : own;
         })},
        {"unknown-mailbox-refused-as-relaying",
         {"X2"},
         "an unknown mailbox is refused with 5.7.1",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             return refused_with(own, 550, "5.1.1") ? Refusal{550, "5.7.1", "no", "X2"} : own;
         })},
    };
}

Faults logins() {
    const auto no_refusal_at_mail = [](const Question&, const protocol::ReversePath&, std::optional<Refusal> own) {
        return own && own->code == 530 ? std::nullopt : own;
    };
    Answers without_login;
    without_login.mail = no_refusal_at_mail;
    without_login.recipient = [](const Question&, const protocol::Mailbox&, RecipientVerdict own) {
        return login_wanted(own) ? relayed() : own;
    };
    Answers late;
    late.mail = no_refusal_at_mail;
    Answers offered;
    offered.offers_authentication = [](bool) { return true; };
    Answers not_offered;
    not_offered.offers_authentication = [](bool) { return false; };
    return {
        {"login-never-needed",
         {"D17", "D18", "X12", "6409-4.3-auth-required", "8314-3.3-auth-on-submissions-port"},
         "without a login all is allowed that needs one",
         with_answers(without_login)},
        {"login-needed-only-at-rcpt",
         {"X12"},
         "split ports: MAIL is accepted without the login it needs",
         with_answers(late)},
        {"auth-offered-on-the-incoming-port", {"X11"}, "AUTH is offered everywhere", with_answers(offered)},
        {"auth-never-offered", {"D17", "X11"}, "AUTH is not offered where it is needed", with_answers(not_offered)},
        {"authentication-setting-ignored",
         {"D17"},
         "Enable SMTP Authentication changes nothing",
         with_rules([](Rules& rules) { rules.authentication = false; })},
        {"authentication-always-on",
         {"D15"},
         "a login is needed though authentication is off",
         with_rules([](Rules& rules) { rules.authentication = true; })},
        {"shared-port-login-needed-for-hosted",
         {"D18"},
         "shared port: without a login not even hosted recipients",
         with_recipients([](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             const bool needed = asked.configuration.rules.authentication && shared(asked.roles);
             return hosted(own) && needed && !asked.client.logged_in ? Refusal{530, "5.7.0", "login", "D18"} : own;
         })},
        {"shared-port-login-wanted-refused-as-relaying",
         {"X12"},
         "550 where a login would help",
         with_recipients([](const Question&, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             return login_wanted(own) ? Refusal{550, "5.7.1", "no", "X12"} : own;
         })},
        {"login-asked-for-where-none-helps",
         {"X12"},
         "530 where no login helps",
         with_recipients([](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) -> RecipientVerdict {
             return relaying_denied(own) && shared(asked.roles) ? Refusal{530, "5.7.0", "login", "X12"} : own;
         })},
        {"accounts-logins-count-though-only-one-should",
         {"D20"},
         "Allow Only The Following: any account's login will do",
         with_settings([](settings::Settings& s) { s.smtp.outgoing.access.logins = settings::Logins::any_account; })},
        {"accounts-logins-do-not-count",
         {"D19"},
         "Allow Any Accounts Login Details: none will do",
         with_settings([](settings::Settings& s) {
             auto& access = s.smtp.outgoing.access;
             if (access.logins == settings::Logins::only) return;
             access.logins = settings::Logins::only;
             access.user = "nobody-at-all";
             access.password = "nobody-knows-it";
         })},
        {"login-overrules-the-range",
         {"D16"},
         "either the login or the range is enough",
         with_recipients([](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) {
             const Rules& rules = asked.configuration.rules;
             const bool both = rules.authentication && rules.ip_range_control && rules.outgoing_enabled;
             const bool either = asked.client.logged_in || in(rules.ip_ranges, asked.client.address);
             return !hosted(own) && both && either && asked.roles.outgoing ? relayed() : own;
         })},
        {"login-overrules-the-block",
         {"D24"},
         "a login lifts the block of local addresses",
         with_recipients([](const Question& asked, const protocol::Mailbox&, RecipientVerdict own) {
             return relaying_denied(own) && asked.client.logged_in && asked.client.is_local ? relayed() : own;
         })},
    };
}

Faults addresses() {
    return {
        {"range-control-ignored",
         {"D21", "D22", "D23"},
         "Enable IP Range Control changes nothing",
         with_rules([](Rules& rules) { rules.ip_range_control = false; })},
        {"range-control-always-on",
         {"D15"},
         "the list counts though range control is off",
         with_rules([](Rules& rules) { rules.ip_range_control = true; })},
        {"ranges-second-entry-ignored",
         {"D21"},
         "only the first entry of the list counts",
         with_rules([](Rules& rules) { keep_only_first(rules.ip_ranges); })},
        {"ranges-first-entry-ignored",
         {"D21"},
         "the first entry of the list does not count",
         with_rules([](Rules& rules) { drop_first(rules.ip_ranges); })},
        {"ranges-first-address-left-out", {"D21"}, "a range begins one address late", with_rules([](Rules& rules) {
             for (auto& range : rules.ip_ranges) {
                 if (range.first < range.last) range.first = moved(range.first, 1);
             }
         })},
        {"ranges-last-address-left-out", {"D21"}, "a range ends one address early", with_rules([](Rules& rules) {
             for (auto& range : rules.ip_ranges) {
                 if (range.first < range.last) range.last = moved(range.last, -1);
             }
         })},
        {"ranges-end-one-late", {"D21"}, "a range holds the address after its last", with_rules([](Rules& rules) {
             for (auto& range : rules.ip_ranges) range.last = moved(range.last, 1);
         })},
        {"ranges-begin-one-early", {"D21"}, "a range holds the address before its first", with_rules([](Rules& rules) {
             for (auto& range : rules.ip_ranges) range.first = moved(range.first, -1);
         })},
        {"ranges-ipv6-ignored", {"D21"}, "IPv6 entries of the list do not count", with_rules([](Rules& rules) {
             std::erase_if(rules.ip_ranges, [](const auto& range) { return !range.first.is_v4(); });
         })},
        {"ranges-are-single-addresses",
         {"D21"},
         "of a range or block only the first address counts",
         with_rules([](Rules& rules) {
             for (auto& range : rules.ip_ranges) range.last = range.first;
         })},
        {"outside-the-range-stays-connected",
         {"D23"},
         "split ports: the connection is not cut off",
         staying_connected(true, false)},
        {"block-ignored",
         {"D24"},
         "Block IP addresses assigned to this computer changes nothing",
         with_rules([](Rules& rules) { rules.block_local_ips = false; })},
        {"block-always-on",
         {"D24"},
         "local addresses are blocked though they should not be",
         with_rules([](Rules& rules) { rules.block_local_ips = true; })},
        {"block-works-only-with-range-control",
         {"X8"},
         "without range control the block changes nothing",
         with_rules([](Rules& rules) { rules.block_local_ips = rules.block_local_ips && rules.ip_range_control; })},
        {"blocked-stays-connected",
         {"D24"},
         "split ports: a blocked connection is not cut off",
         staying_connected(false, true)},
        {"safe-list-ignored", {"D25"}, "Safe IP's change nothing", with_rules([](Rules& rules) {
             rules.safe_ips.clear();
         })},
        {"safe-second-entry-ignored", {"D25"}, "only the first safe address counts", with_rules([](Rules& rules) {
             keep_only_first(rules.safe_ips);
         })},
        {"safe-first-entry-ignored", {"D25"}, "the first safe address does not count", with_rules([](Rules& rules) {
             drop_first(rules.safe_ips);
         })},
        {"safe-holds-the-next-address-too",
         {"D25"},
         "the address after a safe one is safe",
         with_rules([](Rules& rules) {
             for (auto& range : rules.safe_ips) range.last = moved(range.last, 1);
         })},
        {"safe-does-not-overrule-authentication", {"D25"}, "a safe address needs a login", safe_but([](Rules& rules) {
             rules.ip_range_control = rules.block_local_ips = false;
         })},
        {"safe-does-not-overrule-the-range", {"D25"}, "a safe address must be in the range", safe_but([](Rules& rules) {
             rules.authentication = rules.block_local_ips = false;
         })},
        {"safe-does-not-overrule-the-block",
         {"D25", "D26"},
         "a safe local address stays blocked",
         safe_but([](Rules& rules) { rules.authentication = rules.ip_range_control = false; })},
        {"everybody-is-safe-if-somebody-is",
         {"D25"},
         "a safe list that is not empty makes all addresses safe",
         with_rules([](Rules& rules) {
             if (rules.safe_ips.empty()) return;
             rules.safe_ips.push_back(*IpRange::parse("0.0.0.0/0"));
         })},
        {"allow-local-ignored",
         {"D26"},
         "Allow IP Addresses Assigned to this Computer changes nothing",
         with_rules([](Rules& rules) { rules.allow_local_ips = false; })},
        {"allow-local-always-on",
         {"D26"},
         "local addresses are safe though they should not be",
         with_rules([](Rules& rules) { rules.allow_local_ips = true; })},
        {"allow-local-does-not-beat-the-block",
         {"D26", "X10"},
         "with both, local addresses are blocked",
         with_rules([](Rules& rules) { rules.allow_local_ips = rules.allow_local_ips && !rules.block_local_ips; })},
        {"allow-local-means-all-of-127",
         {"D26"},
         "all loopback addresses are local, assigned or not",
         with_rules([](Rules& rules) {
             if (rules.allow_local_ips) rules.safe_ips.push_back(*IpRange::parse("127.0.0.0/8"));
         })},
    };
}

}  // namespace

Faults access_faults() {
    Faults all = relaying();
    for (auto part : {logins(), addresses()}) std::ranges::move(part, std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
