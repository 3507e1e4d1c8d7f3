#include "service/configuration.h"

#include "accounts/challenge.h"
#include "settings/access_rules.h"

#include <algorithm>

#include <Poco/Ascii.h>

namespace refserver::service {
namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) { return static_cast<char>(Poco::Ascii::toLower(c)); });
    return result;
}

const accounts::Account* account_of(const accounts::Directory& accounts, const std::string& address) {
    const auto at = address.rfind('@');
    if (at == std::string::npos) return nullptr;
    return accounts.by_address(std::string_view(address).substr(0, at), std::string_view(address).substr(at + 1));
}

std::shared_ptr<const net::TlsContext> load_tls(const settings::Tls& tls, std::vector<std::string>& errors) {
    if (tls.certificate.empty()) return nullptr;
    try {
        return std::make_shared<net::TlsContext>(tls.certificate, tls.private_key);
    } catch (const net::TlsError& e) {
        const bool certificate = e.about == net::TlsError::About::certificate;
        const std::string& file = certificate ? tls.certificate : tls.private_key;
        const std::string setting = certificate ? "tls.certificate" : "tls.private_key";
        errors.push_back(setting + " = \"" + file + "\": " + e.what());
        return nullptr;
    }
}

bool only_clear_passwords(const settings::OutgoingAccess& access, const accounts::Directory& accounts) {
    if (access.logins == settings::Logins::only) return accounts::is_clear_text(access.password);
    return std::ranges::all_of(accounts.all(), [](const auto& a) { return accounts::is_clear_text(a.password); });
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return Poco::Ascii::toLower(x) == Poco::Ascii::toLower(y); });
}

bool Configuration::is_local_domain(std::string_view domain) const {
    return local_domains.contains(lower(domain));
}

const accounts::Account* Configuration::hosted_account(const protocol::Mailbox& mailbox) const {
    const bool of_this_server = mailbox.domain.empty() || is_local_domain(mailbox.domain) ||
                                same_ignoring_case(mailbox.domain, settings.general.primary_domain);
    const bool hosted = is_local_domain(mailbox.domain);
    if (hosted) {
        if (const auto* account = accounts->by_address(mailbox.local_part, mailbox.domain)) return account;
    }
    if (of_this_server && same_ignoring_case(mailbox.local_part, "postmaster")) return postmaster;
    return nullptr;
}

bool Configuration::login_counts(std::string_view user) const {
    if (user.empty()) return false;
    const auto& access = settings.smtp.outgoing.access;
    if (access.logins == settings::Logins::only) return same_ignoring_case(user, access.user);
    return accounts->by_user(user) != nullptr;
}

const std::string* Configuration::password_of(std::string_view user) const {
    const auto& access = settings.smtp.outgoing.access;
    // Where passwords are in clear, a user that does not exist must not be told by the time that a hash takes.
    const std::string* nobodys = clear_passwords ? &nobodys_password : nullptr;
    if (access.logins == settings::Logins::only) {
        return same_ignoring_case(user, access.user) && !access.user.empty() ? &access.password : nobodys;
    }
    const auto* account = accounts->by_user(user);
    return account ? &account->password : nobodys;
}

std::shared_ptr<const Configuration> configure(const settings::Settings& settings,
                                               const std::filesystem::path& accounts_file,
                                               std::vector<std::string>& errors) {
    auto accounts = accounts::Directory::load(accounts_file, errors);
    auto tls = load_tls(settings.tls, errors);
    if (!accounts || !errors.empty()) return nullptr;
    return configure(settings, std::move(accounts), std::move(tls));
}

std::shared_ptr<const Configuration> configure(const settings::Settings& settings,
                                               std::shared_ptr<const accounts::Directory> accounts,
                                               std::shared_ptr<const net::TlsContext> tls) {
    auto result = std::make_shared<Configuration>();
    result->settings = settings;
    result->rules = settings::access_rules(settings);
    for (const auto& domain : settings.general.local_domains) result->local_domains.insert(lower(domain));

    result->postmaster = account_of(*accounts, settings.general.admin_email);
    if (result->postmaster == nullptr && !accounts->all().empty()) {
        result->postmaster = &accounts->all().front();
        result->postmaster_is_stand_in = true;
    }
    result->clear_passwords = only_clear_passwords(settings.smtp.outgoing.access, *accounts);
    static const std::string secret = accounts::random_octets(32);
    result->salt_secret = secret;
    result->nobodys_password = accounts::random_octets(32);
    result->accounts = std::move(accounts);

    auto facts = std::make_shared<protocol::ServerFacts>();
    facts->primary_domain = settings.general.primary_domain;
    facts->max_mail_size = settings.general.max_mail_size;
    facts->max_recipients = settings.smtp.max_recipients_per_mail;
    facts->tls_available = tls != nullptr;
    facts->tls_required_for_authentication = settings.tls.required_for_authentication;
    // A report to a sender elsewhere needs the outgoing mail service.
    facts->dsn = facts->deliver_by = settings.outgoing_mail.enabled;
    facts->smtputf8 = true;
    facts->binary_mime = true;
    // In independent mode no next hop is ever verified (RFC 8689 §2 wants DNSSEC or MTA-STS): such mail would only come
    // back.
    facts->require_tls = tls != nullptr && (!settings.outgoing_mail.enabled ||
                                            settings.outgoing_mail.mode == settings::OutgoingMode::relay);
    result->facts = std::move(facts);
    result->tls = std::move(tls);
    return result;
}

}  // namespace refserver::service
