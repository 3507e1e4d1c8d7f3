#pragma once

#include "service/seams.h"
#include "settings/settings.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace refserver::service {

enum class LogFormat { automatic, text, json };  ///< automatic: text on a terminal, otherwise JSON

struct ServeOptions {
    settings::Settings settings;
    /// Reads the settings anew for SIGHUP (X22): nothing when they are bad, with the diagnostics printed by the callee.
    std::function<std::optional<settings::Settings>()> reread;
    std::filesystem::path accounts_file;  ///< user:password:address[,address…]
    std::filesystem::path mailbox_root;   ///< one Maildir for each user
    std::filesystem::path queue_directory;
    LogFormat log_format = LogFormat::automatic;
    std::string log_level = "information";
    /// Lines printed to standard output once the server is ready, after the ready line; `{incoming}` and `{outgoing}`
    /// stand for the real `host:port`.
    std::vector<std::string> hints;
    Seams seams;
};

/// Runs the server until SIGTERM or SIGINT. Prints one line when ready: `ready incoming=ADDRESS:PORT
/// outgoing=ADDRESS:PORT`. Returns the exit status: 0 after a stop, 1 when start-up failed (X1), with one line on
/// standard error.
int serve(const ServeOptions&);

}  // namespace refserver::service
