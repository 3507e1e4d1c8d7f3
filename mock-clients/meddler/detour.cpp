#include "meddler/detour.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <sstream>

#include <toml++/toml.h>

namespace smtpspec::meddler {
namespace {

std::uint16_t stand_in(std::map<std::uint16_t, std::pair<std::uint16_t, Descriptor>>& all, std::uint16_t port) {
    const auto found = all.find(port);
    if (found != all.end()) {
        return found->second.first;
    }
    std::uint16_t other = 0;
    Descriptor reserved = reserved_port(other);
    all.emplace(port, std::pair(other, std::move(reserved)));
    return other;
}

std::optional<std::uint16_t> port_at(const toml::table& settings, std::string_view name) {
    const auto value = settings.at_path(name).value<std::int64_t>();
    return value && *value > 0 && *value < 65536 ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

std::string variable(std::string_view setting) {
    std::string out = "SMTPSPEC_" + upper(setting);
    std::replace(out.begin(), out.end(), '.', '_');
    return out;
}

void replace_port(toml::table& settings, std::string_view name, std::uint16_t port, Detour& out) {
    const auto dot = name.rfind('.');
    settings.at_path(name.substr(0, dot)).as_table()->insert_or_assign(name.substr(dot + 1), std::int64_t{port});
    out.environment.emplace_back(variable(name), std::to_string(port));
}

bool is_any(const Address& address) {
    static const in6_addr any = IN6ADDR_ANY_INIT;
    return address.family() == AF_INET6
               ? std::memcmp(&reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_addr, &any, sizeof any) == 0
               : reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr.s_addr == INADDR_ANY;
}

/// Whether what arrives at `one` arrives at `other`, too.
bool within(const Detour::Listener& one, const Detour::Listener& other) {
    return one == other ||
           (one.at.family() == other.at.family() && one.at.port() == other.at.port() && is_any(other.at));
}

void add(std::vector<Detour::Listener>& all, const Detour::Listener& one) {
    const auto holds_it = [&](const Detour::Listener& other) { return within(one, other); };
    if (std::none_of(all.begin(), all.end(), holds_it)) {
        std::erase_if(all, [&](const Detour::Listener& other) { return within(other, one); });
        all.push_back(one);
    }
}

}  // namespace

std::uint16_t StandIns::of_service(std::uint16_t port) {
    return stand_in(services_, port);
}

std::uint16_t StandIns::of_next_hop(std::uint16_t port) {
    return stand_in(next_hops_, port);
}

bool Detour::Listener::operator==(const Listener& other) const {
    return at.size == other.at.size && std::memcmp(&at.storage, &other.at.storage, at.size) == 0 &&
           onward == other.onward && implicit_tls == other.implicit_tls && side == other.side;
}

Detour detour(const std::string& text, StandIns& stand_ins) {
    Detour out{{}, text, {}};
    toml::table settings;
    try {
        settings = toml::parse(text);
    } catch (const toml::parse_error&) {
        return out;
    }
    const auto service = [&](std::string_view name, std::string_view listen_ip, bool implicit_tls) {
        const auto port = port_at(settings, name);
        if (!port) {
            return;
        }
        const std::uint16_t onward = stand_ins.of_service(*port);
        for (const Address& at : listen_addresses(settings.at_path(listen_ip).value_or(std::string()), *port)) {
            add(out.listeners, {at, onward, implicit_tls, Side::clients});
        }
    };
    const bool outgoing = settings.at_path("smtp.outgoing.enabled").value_or(false);
    service("smtp.incoming.port", "smtp.incoming.listen_ip", false);
    if (outgoing) {
        service("smtp.outgoing.port", "smtp.outgoing.listen_ip", false);
        service("tls.implicit_port", "smtp.outgoing.listen_ip", true);
    }
    // Also those of services that are off: no setting of the server names a port that the meddler has.
    for (const char* name : {"smtp.incoming.port", "smtp.outgoing.port", "tls.implicit_port"}) {
        if (const auto port = port_at(settings, name)) {
            replace_port(settings, name, stand_ins.of_service(*port), out);
        }
    }
    if (settings.at_path("outgoing_mail.enabled").value_or(false)) {
        for (const char* name : {"outgoing_mail.relay_port", "outgoing_mail.mx_port"}) {
            if (const auto port = port_at(settings, name)) {
                const std::uint16_t other = stand_ins.of_next_hop(*port);
                // The next hops of scenarios are at addresses of 127.0.0.0/8.
                add(out.listeners, {listen_addresses("", other).front(), *port, false, Side::next_hop});
                replace_port(settings, name, other, out);
            }
        }
    }
    std::ostringstream changed;
    changed << settings << "\n";
    out.settings = changed.str();
    return out;
}

}  // namespace smtpspec::meddler
