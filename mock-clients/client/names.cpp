#include "client/names.h"

#include "client/case_ends.h"
#include "client/reply_match.h"

#include <algorithm>
#include <charconv>

namespace smtpspec::client {

namespace {

template <class Map>
const typename Map::mapped_type* find(const Map& map, std::string_view key) {
    const auto found = map.find(std::string(key));
    return found == map.end() ? nullptr : &found->second;
}

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// RFC 1870 §3: 0 and no parameter say that there is no fixed limit.
std::optional<std::string> offered_size(const Exchange* exchange) {
    if (!exchange || !exchange->offered()) return std::nullopt;
    auto size = offered_parameters(*exchange->offered(), "SIZE");
    const bool fixed = size && is_number(*size) && size->find_first_not_of('0') != std::string::npos;
    return fixed ? size : std::nullopt;
}

/// RFC 9422: `LIMITS RCPTMAX=100 MAILMAX=…`.
std::optional<std::string> offered_rcptmax(const Exchange* exchange) {
    if (!exchange || !exchange->offered()) return std::nullopt;
    const std::string limits = " " + offered_parameters(*exchange->offered(), "LIMITS").value_or("");
    constexpr std::string_view name = " RCPTMAX=";
    const std::size_t found = limits.find(name);
    if (found == std::string::npos) return std::nullopt;
    const std::size_t start = found + name.size();
    const std::string number = limits.substr(start, limits.find(' ', start) - start);
    return is_number(number) ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::string> Names::value(std::string_view name, const Exchange* exchange) const {
    if (name == "i" && round_) return std::to_string(*round_);
    if (name == "size") {
        auto offered = offered_size(exchange);
        return offered ? offered : setting("general.max_mail_size");
    }
    if (name == "rcptmax") {
        auto offered = offered_rcptmax(exchange);
        return offered ? offered : setting("smtp.max_recipients_per_mail");
    }
    if (const auto* given = find(stage_.names, name)) return *given;
    if (name == "incoming_port") return std::to_string(stage_.incoming_port);
    if (name == "outgoing_port") return std::to_string(stage_.outgoing_port);
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return address_if_any(name);
    return of_role(name.substr(0, dot), name.substr(dot + 1));
}

std::optional<std::string> Names::setting(const char* name) const {
    const auto* value = find(stage_.settings, name);
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::string> Names::address_if_any(std::string_view role) const {
    if (const auto* address = find(stage_.addresses, role)) return *address;
    if (const auto* account = find(stage_.accounts, role)) return account->address;
    return std::nullopt;
}

std::optional<std::string> Names::of_role(std::string_view role, std::string_view attribute) const {
    if (attribute == "user" || attribute == "password") {
        const auto* account = find(stage_.accounts, role);
        if (!account) return std::nullopt;
        return attribute == "user" ? account->user : account->password;
    }
    const auto address = address_if_any(role);
    if (!address) return std::nullopt;
    const std::size_t at = address->rfind('@');
    if (attribute == "local") return address->substr(0, at);
    if (attribute == "domain") return at == std::string::npos ? "" : address->substr(at + 1);
    return std::nullopt;
}

std::string Names::address(const std::string& role) const {
    if (auto address = address_if_any(role)) return *address;
    throw CaseEnds(Outcome::inconclusive, "role " + role + " has no address");
}

std::string Names::domain(const std::string& role) const {
    const std::string whole = address(role);
    return whole.substr(whole.rfind('@') + 1);
}

const Account& Names::account(const std::string& role) const {
    if (const auto* account = find(stage_.accounts, role)) return *account;
    throw CaseEnds(Outcome::inconclusive, "role " + role + " has no account");
}

}  // namespace smtpspec::client
