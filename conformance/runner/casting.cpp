#include "runner/casting.h"

#include "runner/settings.h"
#include "runner/text.h"
#include "script/expand.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace smtpspec::runner {
namespace {

/// In a local part of a shape of its own the number has always five digits, so that the length is known to the author.
std::string shaped_local_part(const script::Template& shape, std::size_t number) {
    std::string local = script::expand(shape, [](std::string_view) { return std::nullopt; });
    const auto mark = local.find('%');
    if (mark == std::string::npos) {
        throw std::runtime_error("the local part " + visible(local) + " has no % for the number of the case");
    }
    char digits[24];
    std::snprintf(digits, sizeof digits, "%05zu", number);
    local.replace(mark, 1, digits);
    if (local.find_first_of(":,\n") != std::string::npos) {
        throw std::runtime_error("an accounts file cannot hold the local part " + visible(local));
    }
    return local;
}

std::string hosted_domain(const SettingMap& settings) {
    const std::vector<std::string> domains = list(settings, "general.local_domains");
    return domains.empty() ? text(settings, "general.primary_domain") : domains.front();
}

/// Different for each account, long enough that nobody has it by chance, and without the accounts file's separators.
std::string password_of(const std::string& user) {
    return "secret-of-" + user;
}

template <class Visit>
void each_statement(const std::vector<script::Statement>& statements, const Visit& visit) {
    for (const script::Statement& statement : statements) {
        visit(statement);
        if (const auto* repeat = std::get_if<script::Repeat>(&statement.act)) {
            each_statement(repeat->body, visit);
        }
    }
}

}  // namespace

Cast cast(const script::Case& scenario, std::size_t number, const SettingMap& settings) {
    Cast out;
    const std::string suffix = std::to_string(number);
    for (const auto& [name, role] : scenario.roles) {
        const std::string user = name + suffix;
        switch (role.kind) {
            case script::RoleKind::hosted: {
                const std::string local =
                    role.local_part.raw.empty() ? user : shaped_local_part(role.local_part, number);
                const std::string address = local + "@" + hosted_domain(settings);
                out.accounts[name] = {user, password_of(user), address};
                out.addresses[name] = address;
                break;
            }
            case script::RoleKind::remote: {
                const std::string domain = user + ".remote.example";
                out.addresses[name] = name + "@" + domain;
                out.remote_domains.push_back(domain);
                break;
            }
            case script::RoleKind::postmaster:
                out.accounts[name] = postmaster(settings);
                out.addresses[name] = out.accounts[name].address;
                break;
            case script::RoleKind::unknown:
                out.addresses[name] = user + "@" + hosted_domain(settings);
                break;
        }
    }
    return out;
}

bool needs_login(const script::Case& scenario) {
    bool found = false;
    each_statement(scenario.statements, [&](const script::Statement& statement) {
        const auto* given = std::get_if<script::Given>(&statement.act);
        found = found || (given && given->kind == script::GivenKind::login) ||
                statement.text.find(".password") != std::string::npos;
    });
    return found;
}

client::Account postmaster(const SettingMap& settings) {
    return {"postmaster", password_of("postmaster"), text(settings, "general.admin_email")};
}

std::string accounts_file(const std::vector<client::Account>& accounts) {
    std::string out;
    for (const client::Account& account : accounts) {
        out += account.user + ":" + account.password + ":" + account.address + "\n";
    }
    return out;
}

std::vector<client::Account> read_accounts(std::string_view text, const std::string& file_name) {
    std::vector<client::Account> out;
    int line_number = 0;
    for (const std::string& line : split(text, '\n')) {
        ++line_number;
        if (trimmed(line).empty() || line.front() == '#') {
            continue;
        }
        const std::vector<std::string> field = split(trimmed(line), ':');
        if (field.size() != 3 || field[0].empty() || field[2].find('@') == std::string::npos) {
            throw std::runtime_error(file_name + ":" + std::to_string(line_number) +
                                     ": an account is user:password:address[,address…]");
        }
        out.push_back({field[0], field[1], split(field[2], ',').front()});
    }
    if (out.empty()) {
        throw std::runtime_error(file_name + " has no accounts: one line user:password:address for each");
    }
    return out;
}

}  // namespace smtpspec::runner
