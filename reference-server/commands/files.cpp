#include "commands/command.h"
#include "settings/read.h"

namespace refserver::commands {

namespace {

std::filesystem::path given_or(const std::string& given, const settings::Settings& settings, const char* name) {
    return given.empty() ? std::filesystem::path(settings.general.data_directory) / name : std::filesystem::path(given);
}

}  // namespace

bool Files::any_settings() const {
    std::error_code error;
    return !settings.empty() || std::filesystem::exists(default_settings_file, error);
}

std::filesystem::path Files::settings_file() const {
    return settings.empty() ? std::filesystem::path(default_settings_file) : std::filesystem::path(settings);
}

std::filesystem::path Files::accounts_file(const settings::Settings& all) const {
    return given_or(accounts, all, "accounts");
}

std::filesystem::path Files::mailbox_root(const settings::Settings& all) const {
    return given_or(mailboxes, all, "mailboxes");
}

std::filesystem::path Files::queue_directory(const settings::Settings& all) const {
    return given_or(queue, all, "queue");
}

settings::Settings Files::read_settings(const Console& console) const {
    if (!any_settings()) {
        throw Failure("there is no settings file " + settings_file().string() +
                      "; `smtp-reference-server setup` writes one, and --settings names another");
    }
    auto result = settings::read_file(settings_file());
    for (const auto& error : result.errors) console.diagnostic(error.to_string());
    if (!result.settings) throw Reported();
    return std::move(*result.settings);
}

void add_settings_option(CLI::App& command, Files& files) {
    command
        .add_option("--settings", files.settings,
                    "the settings file (default: " + std::string(default_settings_file) + ")")
        ->type_name("FILE");
}

void add_accounts_option(CLI::App& command, Files& files) {
    command.add_option("--accounts", files.accounts, "the accounts file (default: accounts in the data folder)")
        ->type_name("FILE");
}

}  // namespace refserver::commands
