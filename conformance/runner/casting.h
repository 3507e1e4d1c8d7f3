#pragma once

#include "client/execute.h"
#include "runner/setting_value.h"
#include "script/scenario.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// Who plays the roles of one running case: accounts and domains that no other running case has.
struct Cast {
    std::map<std::string, client::Account> accounts;  ///< hosted roles
    std::map<std::string, std::string> addresses;     ///< all roles
    std::vector<std::string> remote_domains;          ///< to be forgotten by the next hop afterwards
};

/// Gives roles their names: alice17@example.org, ann@ann17.remote.example, nobody17@example.org. Throws
/// std::runtime_error for a local part that an accounts file cannot hold.
Cast cast(const script::Case&, std::size_t number, const SettingMap& settings);

/// Whether the case knows a password of a hosted role.
bool needs_login(const script::Case&);

/// The account that owns general.admin_email, which every server has.
client::Account postmaster(const SettingMap& settings);

/// The accounts file: one line `user:password:address` for each.
std::string accounts_file(const std::vector<client::Account>&);

/// Reads such a file. Throws std::runtime_error with file and line.
std::vector<client::Account> read_accounts(std::string_view text, const std::string& file_name);

}  // namespace smtpspec::runner
