#pragma once

#include "access/access.h"
#include "protocol/session.h"
#include "service/configuration.h"
#include "service/in_effect.h"

#include <set>

namespace refserver::service {

/// What all policies ask: replaced at reload, and when the computer's addresses change.
struct PolicySources {
    InEffect<Configuration> configuration;
    InEffect<std::set<access::IpAddress>> local_addresses;

    access::Client client(const access::IpAddress&) const;
    /// `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3) of an address that is assigned to this computer.
    bool is_own_literal(std::string_view domain) const;
};

/// Who may send what to whom over one connection: the access rules, the accounts and the settings in effect at the
/// moment of the question.
class ConnectionPolicy final : public protocol::Policy {
public:
    ConnectionPolicy(const PolicySources& sources, access::PortRoles roles, const access::IpAddress& client)
        : sources_(sources), roles_(roles), client_(client) {}

    bool offers_authentication() const override;
    bool knows_clear_passwords() const override;
    std::string salt(std::string_view user) const override;
    std::optional<protocol::Refusal> mail(const protocol::ReversePath&, std::string_view login) const override;
    protocol::RecipientVerdict recipient(const protocol::Mailbox&, std::string_view login) const override;

private:
    access::Client client(const Configuration&, std::string_view login) const;
    protocol::RecipientVerdict outgoing_recipient(const Configuration&, std::string_view login) const;

    const PolicySources& sources_;
    access::PortRoles roles_;
    access::IpAddress client_;
};

}  // namespace refserver::service
