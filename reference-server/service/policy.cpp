#include "service/policy.h"

#include "accounts/challenge.h"

#include <Poco/String.h>

namespace refserver::service {
namespace {

using protocol::Refusal;

Refusal login_needed() {
    return {530, "5.7.0", "Authentication required", "X12"};
}

Refusal no_relaying(const access::Decision& decision) {
    return {550, "5.7.1", "Relaying denied: " + std::string(decision.why), std::string(decision.rule)};
}

}  // namespace

bool PolicySources::is_own_literal(std::string_view domain) const {
    constexpr std::string_view ipv6 = "IPv6:";
    if (domain.size() < 3 || domain.front() != '[' || domain.back() != ']') return false;
    std::string_view literal = domain.substr(1, domain.size() - 2);
    if (literal.size() > ipv6.size() &&
        Poco::icompare(std::string(literal.substr(0, ipv6.size())), std::string(ipv6)) == 0) {
        literal.remove_prefix(ipv6.size());
    }
    const auto address = access::IpAddress::parse(literal);
    return address && local_addresses.get()->contains(*address);
}

access::Client PolicySources::client(const access::IpAddress& address) const {
    return {.address = address, .is_local = local_addresses.get()->contains(address), .logged_in = false};
}

access::Client ConnectionPolicy::client(const Configuration& configuration, std::string_view login) const {
    access::Client client = sources_.client(client_);
    client.logged_in = configuration.login_counts(login);
    return client;
}

bool ConnectionPolicy::offers_authentication() const {
    return access::offers_authentication(sources_.configuration.get()->rules, roles_);
}

bool ConnectionPolicy::knows_clear_passwords() const {
    return sources_.configuration.get()->clear_passwords;
}

std::string ConnectionPolicy::salt(std::string_view user) const {
    return accounts::scram_salt(sources_.configuration.get()->salt_secret, user);
}

std::optional<Refusal> ConnectionPolicy::mail(const protocol::ReversePath&, std::string_view login) const {
    const auto configuration = sources_.configuration.get();
    const access::Client who = client(*configuration, login);
    if (access::mail_needs_login(configuration->rules, roles_, who)) return login_needed();
    // Only after a reload: such a connection would not be let in any more.
    if (access::disconnect_at_once(configuration->rules, roles_, who)) {
        return no_relaying(access::outgoing_privileges(configuration->rules, roles_, who));
    }
    return std::nullopt;
}

protocol::RecipientVerdict ConnectionPolicy::recipient(const protocol::Mailbox& named, std::string_view login) const {
    const auto configuration = sources_.configuration.get();
    protocol::Mailbox mailbox = named;
    // RFC 1123 §5.2.17. What an address of this server stands for is its first hosted domain.
    if (sources_.is_own_literal(named.domain)) mailbox.domain = configuration->settings.general.local_domains.front();
    if (const auto* account = configuration->hosted_account(mailbox)) {
        return protocol::AcceptRecipient{protocol::RecipientKind::hosted, account->user};
    }
    if (mailbox.domain.empty() || configuration->is_local_domain(mailbox.domain)) {
        return Refusal{550, "5.1.1", "No such mailbox here", "X2"};
    }
    auto verdict = outgoing_recipient(*configuration, login);
    // RFC 6409 §4.2: what is not complete is not guessed.
    const bool complete = mailbox.domain.find_first_of(".[") != std::string::npos;
    if (complete || std::holds_alternative<Refusal>(verdict)) return verdict;
    return Refusal{554, "5.1.2", "The domain of the recipient is not fully qualified", "RFC 6409 4.2"};
}

protocol::RecipientVerdict ConnectionPolicy::outgoing_recipient(const Configuration& configuration,
                                                                std::string_view login) const {
    const auto decision = access::outgoing_privileges(configuration.rules, roles_, client(configuration, login));
    if (decision.verdict == access::Verdict::needs_login) return login_needed();
    if (decision.verdict == access::Verdict::refuse) return no_relaying(decision);
    if (!configuration.settings.outgoing_mail.enabled) {
        return Refusal{451, "4.3.2", "The outgoing mail service is off", "X3"};
    }
    return protocol::AcceptRecipient{protocol::RecipientKind::outgoing, {}};
}

}  // namespace refserver::service
