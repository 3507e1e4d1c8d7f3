#include "accounts/accounts.h"
#include "commands/command.h"
#include "settings/consistency.h"

#include <algorithm>
#include <ostream>

namespace refserver::commands {

namespace {

/// Addresses in domains that are not hosted never receive anything.
void warn_about_addresses(const accounts::Directory& directory, const settings::Settings& settings,
                          const std::string& file, const Console& console) {
    const auto& hosted = settings.general.local_domains;
    for (const auto& account : directory.all()) {
        for (const auto& address : account.addresses) {
            std::string domain = address.substr(address.rfind('@') + 1);
            std::transform(domain.begin(), domain.end(), domain.begin(),
                           [](unsigned char c) { return std::tolower(c); });
            if (std::find(hosted.begin(), hosted.end(), domain) == hosted.end()) {
                console.warning(file + ": " + address + " of account " + account.user +
                                " is in no domain of general.local_domains, and receives nothing");
            }
        }
    }
}

void check(const Files& files, Context& context) {
    const Console& console = context.console;
    const auto settings = files.read_settings(console);
    const auto accounts_file = files.accounts_file(settings);
    std::vector<std::string> mistakes;
    std::shared_ptr<const accounts::Directory> directory;
    if (!files.accounts.empty() || std::filesystem::exists(accounts_file)) {
        directory = accounts::Directory::load(accounts_file, mistakes);
    }
    for (const auto& mistake : mistakes) console.diagnostic(mistake);
    if (!mistakes.empty()) throw Reported();

    const auto warnings = settings::warnings(settings);
    for (const auto& warning : warnings) console.warning(warning);
    if (directory) {
        warn_about_addresses(*directory, settings, accounts_file.string(), console);
    } else {
        console.warning("there are no accounts yet: " + accounts_file.string() +
                        " does not exist; `smtp-reference-server account add` makes one");
    }
    console.out << files.settings_file().string() << ": no mistakes\n";
}

}  // namespace

void add_check(CLI::App& program, Context& context) {
    auto* command = program.add_subcommand("check", "check settings and accounts without starting; warn about risks");
    command->footer(
        "All mistakes are shown at once, each with its place in the file. Exit status 1 when there is any; warnings\n"
        "do not count.");
    auto files = std::make_shared<Files>();
    add_settings_option(*command, *files);
    add_accounts_option(*command, *files);
    command->callback([files, &context] { check(*files, context); });
}

}  // namespace refserver::commands
