#include "accounts/account_file.h"
#include "accounts/accounts.h"
#include "commands/command.h"
#include "commands/machine.h"
#include "commands/random_password.h"
#include "commands/setup_questions.h"
#include "settings/consistency.h"
#include "settings/document.h"
#include "settings/read.h"
#include "settings/rewrite.h"
#include "settings/table.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>

namespace refserver::commands {

namespace {

struct SetupArguments {
    Files files;
    SetupAnswers given;
    std::string account;
    bool no_account = false;
    bool defaults = false;
};

std::string read_text_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The settings of the file, or those that a new one begins with.
settings::Settings present_settings(const std::filesystem::path& file, bool exists, const Console& console) {
    if (!exists) return initial_settings();
    auto result = settings::read_file(file);
    for (const auto& error : result.errors) console.diagnostic(error.to_string());
    if (!result.settings) throw Failure("setup changes no file with mistakes; mend them first");
    return *result.settings;
}

/// D13, X19: these are written whatever stood there before.
void generate(settings::Settings& settings, std::ostream& out) {
    const auto machine = this_machine();
    const auto connections = max_connections_per_port(machine);
    const auto outbound = max_outbound_connections(machine);
    settings.smtp.max_connections_per_port = static_cast<std::uint32_t>(connections.value);
    settings.outgoing_mail.max_outbound_connections = static_cast<std::uint32_t>(outbound.value);
    out << "smtp.max_connections_per_port = " << connections.value << ": " << connections.rule << ".\n"
        << "outgoing_mail.max_outbound_connections = " << outbound.value << ": " << outbound.rule << ".\n";
}

std::vector<settings::Change> changes_between(const settings::Settings& before, const settings::Settings& after) {
    std::vector<settings::Change> changes;
    for (const auto& setting : settings::all_settings()) {
        if (setting.get(before) != setting.get(after)) changes.push_back({&setting, setting.get(after)});
    }
    return changes;
}

/// The text that stands for these settings; what a flag or an answer got wrong is reported like a mistake in the file.
std::string checked(const std::string& file, std::string text, const Console& console) {
    const auto result = settings::read_text(file, text);
    for (const auto& error : result.errors) console.error(error.name + ": " + error.message);
    if (!result.settings) throw Failure("nothing was written; give other values");
    return text;
}

struct FirstAccount {
    accounts::Account account;
    std::string invented_password;
};

/// Mail for postmaster needs somebody who reads it. None when there are accounts already.
std::optional<FirstAccount> first_account(const SetupArguments& arguments, const settings::Settings& settings,
                                          const Console& console) {
    if (arguments.no_account || std::filesystem::exists(arguments.files.accounts_file(settings))) return std::nullopt;
    const auto& admin = settings.general.admin_email;
    FirstAccount first;
    first.account.user = arguments.account.empty() ? admin.substr(0, admin.rfind('@')) : arguments.account;
    first.account.addresses = {admin};
    const bool asks = console.asks && !arguments.defaults;
    if (asks && arguments.account.empty()) {
        first.account.user = ask(console, "User name of the first account", first.account.user);
    }
    if (const auto wrong = accounts::wrong_user(first.account.user)) throw Failure(*wrong);
    const auto& hosted = settings.general.local_domains;
    if (std::find(hosted.begin(), hosted.end(), admin.substr(admin.rfind('@') + 1)) == hosted.end()) {
        first.account.addresses = {first.account.user + "@" + hosted.front()};
    }
    if (!asks) first.invented_password = random_password();
    first.account.password =
        accounts::hash_password(asks ? ask_new_password(console, first.account.user) : first.invented_password);
    return first;
}

void store(const FirstAccount& first, const std::filesystem::path& file, const Console& console) {
    make_folder_of(file);
    accounts::add(file, first.account);
    console.out << "Account " << first.account.user << " (" << first.account.addresses.front() << ") is in "
                << file.string() << ".\n";
    if (!first.invented_password.empty()) {
        console.out << "Its password, shown this once: " << first.invented_password << '\n';
    }
}

void setup(const SetupArguments& arguments, const Console& console) {
    const auto file = arguments.files.settings_file();
    const bool exists = std::filesystem::exists(file);
    const auto before = present_settings(file, exists, console);
    auto after = before;
    take_answers(after, arguments.given, !exists, console, arguments.defaults);
    generate(after, console.out);
    const auto text = exists ? settings::with_changes(read_text_of(file), changes_between(before, after))
                             : settings::commented_file(after);
    const auto sound_text = checked(file.string(), text, console);
    const auto first = first_account(arguments, after, console);
    make_folder_of(file);
    accounts::rewrite(file, [&](const std::string&) { return sound_text; });
    console.out << file.string()
                << (exists ? " is brought up to date; all other settings stayed.\n" : " is written.\n");
    if (first) store(*first, arguments.files.accounts_file(after), console);
    for (const auto& warning : settings::warnings(after)) console.warning(warning);
    const std::string with_file = arguments.files.settings.empty() ? "" : " --settings " + file.string();
    console.out << "Next: smtp-reference-server account add USER" << with_file << "\n      smtp-reference-server serve"
                << with_file << '\n';
}

}  // namespace

void add_setup(CLI::App& program, Context& context) {
    auto* command = program.add_subcommand("setup", "write the settings file: asks on a terminal, or takes flags");
    command->footer(
        "The most connections are generated from the limits of this machine. Run again, setup generates them anew, "
        "changes\n"
        "what flags or answers say, and keeps every other setting and all comments.");
    auto arguments = std::make_shared<SetupArguments>();
    add_settings_option(*command, arguments->files);
    add_accounts_option(*command, arguments->files);
    command->add_flag("--defaults", arguments->defaults, "ask nothing");
    const auto option = [&](const char* flag, auto& target, const char* setting, const char* type) {
        command->add_option(flag, target, std::string(settings::find_setting(setting)->documentation))->type_name(type);
    };
    auto& given = arguments->given;
    option("--primary-domain", given.primary_domain, "general.primary_domain", "DOMAIN");
    option("--local-domain", given.local_domains, "general.local_domains", "DOMAIN");
    option("--admin-email", given.admin_email, "general.admin_email", "ADDRESS");
    option("--data-directory", given.data_directory, "general.data_directory", "DIR");
    option("--incoming-port", given.incoming_port, "smtp.incoming.port", "PORT");
    option("--outgoing-port", given.outgoing_port, "smtp.outgoing.port", "PORT");
    command
        ->add_option("--account", arguments->account,
                     "the first account (default: the name before the @ of --admin-email)")
        ->type_name("USER");
    command->add_flag("--no-account", arguments->no_account, "make no first account");
    command->callback([arguments, &context] { setup(*arguments, context.console); });
}

}  // namespace refserver::commands
