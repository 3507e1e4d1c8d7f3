#pragma once

#include "commands/command_line.h"
#include "settings/settings.h"

#include <memory>
#include <stdexcept>

#include <CLI/CLI.hpp>

/// What the commands share among themselves.
namespace refserver::commands {

constexpr std::string_view default_settings_file = "smtp-server.toml";

struct Context {
    const Parts& parts;
    const Console& console;
    int status = 0;
};

/// A command cannot do what it was asked to: one line that names the remedy.
struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// All was said on `console.err` already.
struct Reported : std::runtime_error {
    Reported() : std::runtime_error("reported") {}
};

/// The files that most commands need, each with its option.
struct Files {
    std::string settings;   ///< empty: default_settings_file if there is one
    std::string accounts;   ///< empty: data_directory/accounts
    std::string mailboxes;  ///< empty: data_directory/mailboxes
    std::string queue;      ///< empty: data_directory/queue

    bool any_settings() const;
    std::filesystem::path settings_file() const;
    std::filesystem::path accounts_file(const settings::Settings&) const;
    std::filesystem::path mailbox_root(const settings::Settings&) const;
    std::filesystem::path queue_directory(const settings::Settings&) const;
    /// Reads the settings file; reports every mistake and throws Reported when there is any.
    settings::Settings read_settings(const Console&) const;
};

/// Asks twice on a terminal; otherwise reads a line. Throws Failure when there is none, or the two differ.
std::string ask_new_password(const Console&, const std::string& user);
/// Makes the folder that the file is in, for its owner alone.
void make_folder_of(const std::filesystem::path& file);

/// The options take what was given after them; `files` must outlive the parsing.
void add_settings_option(CLI::App&, Files& files);
void add_accounts_option(CLI::App&, Files& files);

void add_serve(CLI::App&, Context&);
void add_check(CLI::App&, Context&);
void add_setup(CLI::App&, Context&);
void add_account(CLI::App&, Context&);
void add_explain(CLI::App&, Context&);
void add_queue(CLI::App&, Context&);
void add_settings(CLI::App&, Context&);

}  // namespace refserver::commands
