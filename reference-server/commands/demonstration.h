#pragma once

#include "settings/settings.h"

#include <string>
#include <vector>

/// What `serve` does without a settings file: a server to play with, on loopback, with one account.
namespace refserver::commands {

constexpr std::string_view demonstration_user = "alice";
constexpr std::string_view demonstration_password = "wonderland";

/// Both services on 127.0.0.1, on 2525 and 2587 or else on free ports; nothing leaves this computer.
settings::Settings demonstration_settings();

/// Writes the accounts file with its one account when there is none.
void make_demonstration_account(const std::string& accounts_file);

/// How to send and read a first mail.
std::vector<std::string> demonstration_hints(const std::string& mailbox_root);

}  // namespace refserver::commands
