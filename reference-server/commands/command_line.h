#pragma once

#include "access/ip_address.h"
#include "commands/console.h"
#include "outgoing-mail/outgoing_mail.h"
#include "service/serve.h"

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

/// The commands of smtp-reference-server.
namespace refserver::commands {

/// What the commands need of the rest of the program.
struct Parts {
    std::function<int(const service::ServeOptions&)> serve;
    std::function<std::set<access::IpAddress>()> local_addresses;  ///< those assigned to this computer
    std::function<std::vector<outgoing_mail::QueueEntry>(const std::filesystem::path&)> list_queue;
    std::function<outgoing_mail::QueueEntry(const std::filesystem::path&, const std::string& id)> show_mail;
    std::function<void(const std::filesystem::path&, const std::string& id)> retry_mail;
    std::function<void(const std::filesystem::path&, const std::string& id)> remove_mail;
};

/// Runs the command that the arguments (without the program's name) ask for. Returns the exit status: 0 done, 1 failed
/// with one line (or all diagnostics of a file) on `console.err`, 2 bad usage.
int run(std::vector<std::string> arguments, const Parts&, const Console&);

}  // namespace refserver::commands
