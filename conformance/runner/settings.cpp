#include "runner/settings.h"

#include "runner/text.h"
#include "runner/toml_reader.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace smtpspec::runner {
namespace {

constexpr const char* incoming_port = "smtp.incoming.port";
constexpr const char* outgoing_port = "smtp.outgoing.port";
constexpr const char* implicit_port = "tls.implicit_port";
constexpr const char* sink_address = "127.0.0.2";

bool is_word(const SettingValue& value, std::string_view word) {
    const auto* text = std::get_if<std::string>(&value);
    return text && *text == word;
}

std::vector<std::string> names_of(const SettingMap& settings) {
    std::vector<std::string> names;
    for (const auto& [name, value] : settings) {
        names.push_back(name);
    }
    return names;
}

void require_known(const SettingMap& defaults, const std::string& name) {
    if (!defaults.contains(name)) {
        throw std::runtime_error("there is no setting " + name + did_you_mean(name, names_of(defaults)));
    }
}

std::int64_t real_port(const SettingValue& value, const SettingMap& settings, const Surroundings& around) {
    if (is_word(value, "free")) {
        return around.free_port();
    }
    if (is_word(value, "taken")) {
        return around.taken_port();
    }
    if (is_word(value, "sink")) {
        return around.sink_port;
    }
    if (is_word(value, "incoming")) {
        return number(settings, incoming_port);
    }
    if (const auto* port = std::get_if<std::int64_t>(&value)) {
        return *port;
    }
    throw std::runtime_error("a port is a number or one of free, taken, incoming, sink; not " + toml_text(value));
}

template <class T>
T get_or(const SettingMap& settings, const std::string& name) {
    const auto found = settings.find(name);
    const T* value = found == settings.end() ? nullptr : std::get_if<T>(&found->second);
    return value ? *value : T{};
}

/// Where incoming and outgoing connections meet: the words "incoming" and equal numbers mean the same.
bool shared_port(const SettingMap& settings) {
    const SettingValue& outgoing = settings.at(outgoing_port);
    return is_word(outgoing, "incoming") ||
           (std::holds_alternative<std::int64_t>(outgoing) && outgoing == settings.at(incoming_port));
}

}  // namespace

SettingMap compose(const SettingMap& defaults, const SettingMap& fixture,
                   const std::map<std::string, std::string>& set_lines) {
    SettingMap given = fixture;
    for (const auto& [name, value] : set_lines) {
        given.insert_or_assign(name, read_toml_value(value));
    }
    SettingMap out = defaults;
    for (const auto& [name, value] : given) {
        require_known(defaults, name);
        out.insert_or_assign(name, value);
    }
    const auto word_unless_given = [&](const std::string& name, const char* word) {
        if (!given.contains(name)) {
            out.insert_or_assign(name, std::string(word));
        }
    };
    word_unless_given(incoming_port, "free");
    word_unless_given(outgoing_port, "free");
    if (needs_next_hop(out)) {
        word_unless_given("outgoing_mail.relay_port", "sink");
        word_unless_given("outgoing_mail.mx_port", "sink");
    }
    return out;
}

SettingMap with_tls(SettingMap settings, bool implicit) {
    if (text(settings, "tls.certificate").empty()) {
        settings.insert_or_assign("tls.certificate", std::string("server.pem"));
        settings.insert_or_assign("tls.private_key", std::string("server-key.pem"));
    }
    if (implicit && settings.at(implicit_port) == SettingValue(std::int64_t{0})) {
        settings.insert_or_assign(implicit_port, std::string("free"));
    }
    return settings;
}

SettingMap resolve(SettingMap settings, const Surroundings& around) {
    // The incoming port first: "incoming" refers to it.
    for (const char* name :
         {incoming_port, outgoing_port, implicit_port, "outgoing_mail.relay_port", "outgoing_mail.mx_port"}) {
        settings.insert_or_assign(name, real_port(settings.at(name), settings, around));
    }
    if (needs_next_hop(settings)) {
        if (text(settings, "outgoing_mail.relay_host").empty()) {
            settings.insert_or_assign("outgoing_mail.relay_host", std::string(sink_address));
        }
        if (list(settings, "outgoing_mail.dns_hosts").empty()) {
            settings.insert_or_assign("outgoing_mail.dns_hosts",
                                      std::vector<std::string>{"127.0.0.1:" + std::to_string(around.dns_port)});
        }
    }
    for (const char* name : {"tls.certificate", "tls.private_key"}) {
        const std::filesystem::path file = text(settings, name);
        if (!file.empty() && file.is_relative()) {
            settings.insert_or_assign(name, (around.certificates / file).string());
        }
    }
    return settings;
}

bool needs_next_hop(const SettingMap& settings) {
    return flag(settings, "outgoing_mail.enabled");
}

bool flag(const SettingMap& settings, const std::string& name) {
    return get_or<bool>(settings, name);
}

std::int64_t number(const SettingMap& settings, const std::string& name) {
    return get_or<std::int64_t>(settings, name);
}

std::string text(const SettingMap& settings, const std::string& name) {
    return get_or<std::string>(settings, name);
}

std::vector<std::string> list(const SettingMap& settings, const std::string& name) {
    return get_or<std::vector<std::string>>(settings, name);
}

namespace {

/// Whether a service has to do with the case at all.
bool counts(const std::string& name, const SettingMap& wanted, const SettingMap& actual, const Reliance& reliance) {
    static constexpr std::array told = {
        "general.data_directory",   "smtp.incoming.port",       "smtp.outgoing.port",
        "outgoing_mail.relay_host", "outgoing_mail.relay_port", "outgoing_mail.relay_user",
        "outgoing_mail.dns_hosts",  "outgoing_mail.mx_port",    "outgoing_mail.relay_password",
        "tls.private_key",
    };
    if (std::find(told.begin(), told.end(), name) != told.end()) {
        return false;
    }
    if (name == "tls.implicit_port") {
        return reliance.implicit;
    }
    if (name == "smtp.outgoing.enabled") {
        return reliance.outgoing || shared_port(wanted) || shared_port(actual);
    }
    return !name.starts_with("smtp.outgoing.") || (reliance.outgoing && flag(wanted, "smtp.outgoing.enabled"));
}

/// Whether the case would notice that the server is not set up like its fixture here.
bool is_about(const std::string& name, const SettingMap& wanted, const SettingMap& usual, const Reliance& reliance) {
    if (reliance.set_by_case.contains(name)) {
        return true;
    }
    static constexpr std::array only_if_set = {"general.primary_domain", "general.local_domains", "general.admin_email",
                                               "smtp.incoming.listen_ip", "smtp.outgoing.listen_ip"};
    static constexpr std::array only_if_unusual = {"general.max_mail_size", "smtp.max_connections_per_port",
                                                   "smtp.max_recipients_per_mail", "tls.certificate"};
    if (std::find(only_if_set.begin(), only_if_set.end(), name) != only_if_set.end() ||
        (name.starts_with("outgoing_mail.") && name != "outgoing_mail.enabled")) {
        return false;  // Of the next hop of a server that runs already nothing is seen.
    }
    return std::find(only_if_unusual.begin(), only_if_unusual.end(), name) == only_if_unusual.end() ||
           wanted.at(name) != usual.at(name);
}

}  // namespace

std::optional<std::string> difference(const SettingMap& wanted, const SettingMap& actual, const SettingMap& usual,
                                      const Reliance& reliance) {
    const bool both_services = reliance.incoming && reliance.outgoing;
    const bool may_share = flag(wanted, "smtp.outgoing.enabled") && flag(actual, "smtp.outgoing.enabled");
    if (may_share && shared_port(wanted) != shared_port(actual) && (both_services || shared_port(wanted))) {
        return std::string("smtp.outgoing.port is ") + (shared_port(actual) ? "" : "not ") +
               "the incoming port on this server";
    }
    const auto is_set = [](const SettingValue& value) {
        return value != SettingValue(std::string()) && value != SettingValue(std::int64_t{0});
    };
    for (const auto& [name, value] : wanted) {
        const SettingValue& there = actual.at(name);
        const bool only_presence = name == "tls.certificate" || name == "tls.implicit_port";
        const bool same = only_presence ? is_set(value) == is_set(there) : value == there;
        if (!same && counts(name, wanted, actual, reliance) && is_about(name, wanted, usual, reliance)) {
            return name + " is " + toml_text(there) + " on this server, and " + toml_text(value) + " in this scenario";
        }
    }
    return std::nullopt;
}

}  // namespace smtpspec::runner
