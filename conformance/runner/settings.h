#pragma once

#include "runner/setting_value.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

/// From a fixture and a case's `set` lines to the settings of one server.
///
/// Fixtures leave to the runner what differs from run to run, either by not setting it or by a word in
/// place of the value:
///
///     smtp.incoming.port, smtp.outgoing.port   "free" (the default), or "taken": somebody else listens there
///     smtp.outgoing.port                       "incoming": shared with the incoming service
///     tls.implicit_port                        "free"
///     outgoing_mail.relay_port, .mx_port       "sink" (the default while the outgoing mail service is on)
///     outgoing_mail.relay_host, .dns_hosts     empty: the suite's sink and DNS server
///     tls.certificate, tls.private_key         relative: below fixtures/certificates
namespace smtpspec::runner {

/// Defaults, then the fixture, then the case's own, with words where the runner fills in. Two cases whose
/// compositions are equal can share a server. Throws TomlError for a `set` value that is not TOML, and
/// std::runtime_error for a name that is not a setting.
SettingMap compose(const SettingMap& defaults, const SettingMap& fixture,
                   const std::map<std::string, std::string>& set_lines);

/// The same with what clients need to speak TLS, where the fixture has no certificate or no port for implicit TLS
/// (`--tls`).
SettingMap with_tls(SettingMap composed, bool implicit);

/// What the words stand for in one run.
struct Surroundings {
    std::function<std::uint16_t()> free_port;
    std::function<std::uint16_t()> taken_port;
    std::uint16_t sink_port = 0;
    std::uint16_t dns_port = 0;
    std::filesystem::path certificates;
};

/// Replaces every word: the result can be given to a target.
SettingMap resolve(SettingMap composed, const Surroundings&);

/// Whether the settings need the suite's next hop to run.
bool needs_next_hop(const SettingMap&);

/// Typed reading of a resolved setting; the fallback where it is missing or of another type.
bool flag(const SettingMap&, const std::string& name);
std::int64_t number(const SettingMap&, const std::string& name);
std::string text(const SettingMap&, const std::string& name);
std::vector<std::string> list(const SettingMap&, const std::string& name);

/// What of a running server a case has to do with.
struct Reliance {
    bool incoming = true;                 ///< has a client of the incoming service
    bool outgoing = false;                ///< of the outgoing one
    bool implicit = false;                ///< over TLS from the first octet
    std::set<std::string> set_by_case{};  ///< settings that the case itself sets, not only its fixture
};

/// The first setting in which a running server (`actual`) is not set up as a case needs it (`wanted`), in words;
/// nothing where it is. Addresses and port numbers do not count: they are told to the case. Names, limits and delivery
/// count only where the case sets them or its fixture differs from `usual` (the default one); what is of the outgoing
/// service where the case has to do with it.
std::optional<std::string> difference(const SettingMap& wanted, const SettingMap& actual, const SettingMap& usual,
                                      const Reliance&);

}  // namespace smtpspec::runner
