#include "settings/table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <type_traits>

namespace refserver::settings {

namespace {

constexpr std::array<std::string_view, 2> login_words{"any-account", "only"};
constexpr std::array<std::string_view, 2> mode_words{"independent", "relay"};

std::span<const std::string_view> words_of(Logins) {
    return login_words;
}
std::span<const std::string_view> words_of(OutgoingMode) {
    return mode_words;
}

/// Between the member that `Locate` finds and a Value.
template <class Locate>
void connect(Setting& setting, Locate) {
    using Member = std::remove_cvref_t<decltype(Locate{}(std::declval<Settings&>()))>;
    setting.get = [](const Settings& settings) -> Value {
        const Member& member = Locate{}(settings);
        if constexpr (std::is_enum_v<Member>) {
            return std::string(words_of(member)[static_cast<std::size_t>(member)]);
        } else if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
            return std::uint64_t{member};
        } else {
            return member;
        }
    };
    setting.set = [](Settings& settings, const Value& value) {
        Member& member = Locate{}(settings);
        if constexpr (std::is_enum_v<Member>) {
            const auto words = words_of(member);
            const auto word = std::find(words.begin(), words.end(), std::get<std::string>(value));
            member = static_cast<Member>(word - words.begin());
        } else if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
            member = static_cast<Member>(std::get<std::uint64_t>(value));
        } else {
            member = std::get<Member>(value);
        }
    };
    if constexpr (std::is_enum_v<Member>) setting.words = words_of(Member{});
}

Setting row(std::string_view name, std::string_view rules, std::string_view documentation, Value fallback) {
    Setting setting;
    setting.name = name;
    setting.rules = rules;
    setting.documentation = documentation;
    setting.fallback = std::move(fallback);
    return setting;
}

template <class Locate>
Setting flag(std::string_view name, Locate locate, bool fallback, std::string_view rules, std::string_view text) {
    Setting setting = row(name, rules, text, fallback);
    connect(setting, locate);
    return setting;
}

template <class Locate>
Setting number(std::string_view name, Locate locate, std::uint64_t fallback, std::uint64_t least, std::uint64_t most,
               std::string_view rules, std::string_view text) {
    Setting setting = row(name, rules, text, fallback);
    setting.least = least;
    setting.most = most;
    connect(setting, locate);
    return setting;
}

template <class Locate>
Setting word(std::string_view name, Locate locate, std::string_view fallback, std::string_view rules,
             std::string_view text) {
    Setting setting = row(name, rules, text, std::string(fallback));
    connect(setting, locate);
    return setting;
}

template <class Locate>
Setting text(std::string_view name, Locate locate, const Format& format, std::string_view fallback,
             std::string_view rules, std::string_view documentation) {
    Setting setting = row(name, rules, documentation, std::string(fallback));
    setting.format = &format;
    connect(setting, locate);
    return setting;
}

template <class Locate>
Setting list(std::string_view name, Locate locate, const Format& format, std::vector<std::string> fallback,
             std::string_view rules, std::string_view documentation) {
    Setting setting = row(name, rules, documentation, std::move(fallback));
    setting.format = &format;
    connect(setting, locate);
    return setting;
}

Setting mandatory(Setting setting) {
    setting.mandatory = true;
    return setting;
}

Setting generated(Setting setting) {
    setting.generated = true;
    return setting;
}

// NOLINTBEGIN(bugprone-macro-parentheses): a member's name takes none
#define AT(member)         \
    [](auto& s) -> auto& { \
        return s.member;   \
    }
// NOLINTEND(bugprone-macro-parentheses)

const std::vector<Setting>& table() {
    static const std::vector<Setting> settings{
        // [general]
        mandatory(text("general.primary_domain", AT(general.primary_domain), domain, "mail.example.org", "",
                       "The name of this server in greetings and trace fields.")),
        mandatory(list("general.local_domains", AT(general.local_domains), domain, {"example.org"}, "X2, X15",
                       "The domains whose accounts are hosted here. Mail for any other domain is outgoing mail.")),
        mandatory(text("general.admin_email", AT(general.admin_email), mail_address, "postmaster@example.org", "",
                       "The address that receives mail for postmaster.")),
        number("general.max_mail_size", AT(general.max_mail_size), 26214400, 65536, 1ULL << 40U, "X9",
               "The largest mail that is taken, in octets. RFC 5321 asks for at least 65536."),
        text("general.data_directory", AT(general.data_directory), path, "smtp-data", "X15, X20",
             "The folder that holds accounts, mailboxes and the queue. A relative name counts from the folder that the "
             "server is started in."),
        // [smtp]
        generated(number("smtp.max_connections_per_port", AT(smtp.max_connections_per_port), 200, 1, 1000000,
                         "D12, D13, X5",
                         "Max Connections Per Port: the most simultaneous connections, on each port by itself. Setup "
                         "writes it from the limits of the machine.")),
        number("smtp.max_recipients_per_mail", AT(smtp.max_recipients_per_mail), 100, 1, 1000000, "D14, X6",
               "Max Recipients Per Mail: the most recipients in one mail transaction."),
        // [smtp.incoming]
        number("smtp.incoming.port", AT(smtp.incoming.port), 25, 0, 65535, "D1, D2",
               "Incoming SMTP Port: incoming mail connections are accepted here. Mail from the Internet comes to 25; 0 "
               "takes a free port."),
        text("smtp.incoming.listen_ip", AT(smtp.incoming.listen_ip), host, "", "D3, D4, X1",
             "Incoming SMTP Listen Only on IP: the one address to listen on, or a host name that is converted to one. "
             "Empty: all addresses."),
        // [smtp.outgoing]
        flag("smtp.outgoing.enabled", AT(smtp.outgoing.enabled), false, "D6, X3",
             "Enable Outgoing SMTP: whether outgoing mail is taken from clients at all."),
        number("smtp.outgoing.port", AT(smtp.outgoing.port), 2525, 0, 65535, "D8, D9, X4",
               "Outgoing SMTP Port. May be the incoming one, and both services then share it; a port other than 25 is "
               "recommended. 0 takes a free port, which is never shared."),
        text("smtp.outgoing.listen_ip", AT(smtp.outgoing.listen_ip), host, "", "D11, X4",
             "Outgoing SMTP Listen Only on IP: as for the incoming service."),
        // [smtp.outgoing.access]
        flag("smtp.outgoing.access.authentication", AT(smtp.outgoing.access.authentication), false, "D16, D17, D18",
             "Enable SMTP Authentication: only who logs in may send outgoing mail."),
        word("smtp.outgoing.access.logins", AT(smtp.outgoing.access.logins), "any-account", "D19, D20",
             "Which logins count: those of all hosted accounts (Allow Any Accounts Login Details), or one alone (Allow "
             "Only The Following)."),
        text("smtp.outgoing.access.user", AT(smtp.outgoing.access.user), any_text, "", "D20, X14",
             "The user name of the one login that counts with logins = \"only\"."),
        text("smtp.outgoing.access.password", AT(smtp.outgoing.access.password), any_text, "", "D20, X14",
             "Its password: a crypt(3) hash, which begins with \"$\", or clear text."),
        flag("smtp.outgoing.access.ip_range_control", AT(smtp.outgoing.access.ip_range_control), false,
             "D16, D21, D22, D23", "Enable IP Range Control: only clients inside ip_ranges may send outgoing mail."),
        list("smtp.outgoing.access.ip_ranges", AT(smtp.outgoing.access.ip_ranges), ip_range, {}, "D21",
             "Addresses, ranges with both ends included, and blocks."),
        flag("smtp.outgoing.access.block_local_ips", AT(smtp.outgoing.access.block_local_ips), false, "D24, X8",
             "Block IP addresses assigned to this computer: they may not send outgoing mail."),
        list("smtp.outgoing.access.safe_ips", AT(smtp.outgoing.access.safe_ips), ip_range, {}, "D25, X9",
             "Safe IP's: they may always send outgoing mail, whatever the other access settings say."),
        flag("smtp.outgoing.access.allow_local_ips", AT(smtp.outgoing.access.allow_local_ips), false, "D26, X9",
             "Allow IP Addresses Assigned to this Computer: they are safe addresses, too."),
        // [outgoing_mail]
        flag("outgoing_mail.enabled", AT(outgoing_mail.enabled), true, "D7, X3",
             "Whether outgoing mail is delivered. Off: it is refused for the time being."),
        word("outgoing_mail.mode", AT(outgoing_mail.mode), "independent", "D7, X16, X17",
             "How: to the servers of each recipient's domain (MX lookups), or all through one relay host."),
        text("outgoing_mail.relay_host", AT(outgoing_mail.relay_host), host, "", "X16",
             "Relay mode: the host that takes all outgoing mail."),
        number("outgoing_mail.relay_port", AT(outgoing_mail.relay_port), 25, 1, 65535, "X16", "Relay mode: its port."),
        text("outgoing_mail.relay_user", AT(outgoing_mail.relay_user), any_text, "", "X16",
             "Relay mode: the user name of the login there. Empty: no login."),
        text("outgoing_mail.relay_password", AT(outgoing_mail.relay_password), any_text, "", "X16",
             "Relay mode: its password, in clear text."),
        list("outgoing_mail.dns_hosts", AT(outgoing_mail.dns_hosts), host_and_port, {}, "X17",
             "Independent mode: the DNS servers to ask. Empty: those of the system."),
        number("outgoing_mail.mx_port", AT(outgoing_mail.mx_port), 25, 1, 65535, "X17",
               "Independent mode: the port that mail servers are contacted on. 25 everywhere on the Internet."),
        number("outgoing_mail.max_resend_attempts", AT(outgoing_mail.max_resend_attempts), 5, 0, 10000, "X18",
               "How often a mail is tried again after the first attempt before its sender gets a failure message."),
        number("outgoing_mail.resend_delay", AT(outgoing_mail.resend_delay), 300, 1, 604800, "X18",
               "The time between two attempts, in seconds."),
        generated(number("outgoing_mail.max_outbound_connections", AT(outgoing_mail.max_outbound_connections), 20, 1,
                         10000, "X19",
                         "The most simultaneous connections to other servers. Setup writes it from the limits of the "
                         "machine.")),
        // [tls]
        text("tls.certificate", AT(tls.certificate), path, "", "",
             "The PEM file with the certificate and its chain. Empty: no TLS."),
        text("tls.private_key", AT(tls.private_key), path, "", "", "The PEM file with the private key."),
        number("tls.implicit_port", AT(tls.implicit_port), 0, 0, 65535, "",
               "A port on which the outgoing service speaks TLS from the first octet. 0: none."),
        flag("tls.required_for_authentication", AT(tls.required_for_authentication), false, "",
             "Whether a login is taken over TLS only."),
    };
    return settings;
}

#undef AT

}  // namespace

std::span<const Setting> all_settings() {
    return table();
}

const Setting* find_setting(std::string_view name) {
    const auto& settings = table();
    const auto found = std::find_if(settings.begin(), settings.end(), [&](const auto& s) { return s.name == name; });
    return found == settings.end() ? nullptr : &*found;
}

std::span<const TableHeading> all_tables() {
    static constexpr std::array<TableHeading, 7> tables{{
        {"general", "The server as a whole."},
        {"smtp", "Limits of the incoming and the outgoing SMTP service."},
        {"smtp.incoming", "The incoming service takes mail for hosted accounts, and never relays."},
        {"smtp.outgoing", "The outgoing service takes mail for everybody else, too, from those who may send it."},
        {"smtp.outgoing.access",
         "Who may use the outgoing service. The rules are applied in this order: safe addresses are allowed; blocked "
         "ones, and those outside the ranges, are refused; then a login is asked for. No option on: anybody may."},
        {"outgoing_mail", "The outgoing mail service: where mail goes that is not for a hosted account."},
        {"tls", "STARTTLS on both services, and implicit TLS for the outgoing one."},
    }};
    return tables;
}

Settings defaults() {
    Settings settings;
    for (const auto& setting : table()) {
        if (!setting.mandatory) setting.set(settings, setting.fallback);
    }
    return settings;
}

}  // namespace refserver::settings
