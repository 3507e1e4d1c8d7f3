#pragma once

#include "access/access.h"
#include "accounts/accounts.h"
#include "net/tls.h"
#include "protocol/session.h"
#include "settings/settings.h"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace refserver::service {

/// Settings and accounts in effect, ready for use. Immutable: a reload makes a new one (X22).
struct Configuration {
    settings::Settings settings;
    access::Rules rules;
    std::shared_ptr<const accounts::Directory> accounts;
    std::shared_ptr<const protocol::ServerFacts> facts;
    std::shared_ptr<const net::TlsContext> tls;     ///< null: no TLS
    std::set<std::string> local_domains;            ///< lower case
    const accounts::Account* postmaster = nullptr;  ///< null only when there are no accounts at all
    bool postmaster_is_stand_in = false;            ///< admin_email has no account; the first account takes its mail

    /// The account that a forward-path names: nothing when it is not hosted here. `postmaster`, without a domain or at
    /// a domain of this server, always has one (RFC 5321 §4.5.1).
    const accounts::Account* hosted_account(const protocol::Mailbox&) const;
    bool is_local_domain(std::string_view domain) const;
    /// Whether the login may send outgoing mail: any account (D19), or the single one (D20).
    bool login_counts(std::string_view user) const;
    /// The stored password to compare with. For a user that does not exist: one that nobody knows or, where hashes are
    /// stored, null, so that the answer takes as long as for others.
    const std::string* password_of(std::string_view user) const;
    /// All passwords that count are in clear, as fixtures have them; see docs/architecture.md.
    bool clear_passwords = false;
    std::string salt_secret;       ///< of this run
    std::string nobodys_password;  ///< of this configuration
};

/// Nothing, and lines in `errors`, when the accounts or the certificate cannot be read.
std::shared_ptr<const Configuration> configure(const settings::Settings&, const std::filesystem::path& accounts_file,
                                               std::vector<std::string>& errors);
std::shared_ptr<const Configuration> configure(const settings::Settings&, std::shared_ptr<const accounts::Directory>,
                                               std::shared_ptr<const net::TlsContext> = nullptr);

/// Compares without regard to ASCII case.
bool same_ignoring_case(std::string_view, std::string_view);

}  // namespace refserver::service
