#include "accounts/account_file.h"
#include "accounts/accounts.h"
#include "commands/command.h"
#include "settings/table.h"

#include <algorithm>
#include <ostream>

namespace refserver::commands {

namespace {

struct AccountArguments {
    Files files;
    std::string user;
    std::vector<std::string> addresses;
};

constexpr const char* in_effect = "A running server takes the change when it gets SIGHUP.\n";

std::optional<settings::Settings> settings_if_any(const Files& files, const Console& console) {
    return files.any_settings() ? std::optional(files.read_settings(console)) : std::nullopt;
}

std::filesystem::path accounts_file(const AccountArguments& arguments, const Console& console) {
    if (!arguments.files.accounts.empty()) return arguments.files.accounts;
    return arguments.files.accounts_file(settings_if_any(arguments.files, console).value_or(settings::defaults()));
}

std::string default_address(const AccountArguments& arguments, const Console& console) {
    const auto settings = settings_if_any(arguments.files, console);
    if (!settings) throw Failure("an address is needed: account add " + arguments.user + " ADDRESS");
    return arguments.user + "@" + settings->general.local_domains.front();
}

void add(const AccountArguments& arguments, const Console& console) {
    accounts::Account account{arguments.user, "", arguments.addresses};
    if (const auto wrong = accounts::wrong_user(account.user)) throw Failure(*wrong);
    const auto file = accounts_file(arguments, console);
    if (account.addresses.empty()) account.addresses.push_back(default_address(arguments, console));
    account.password = accounts::hash_password(ask_new_password(console, account.user));
    make_folder_of(file);
    accounts::add(file, account);
    console.out << "Account " << account.user << " is in " << file.string() << ". " << in_effect;
}

void change_password(const AccountArguments& arguments, const Console& console) {
    const auto file = accounts_file(arguments, console);
    const auto password = ask_new_password(console, arguments.user);
    accounts::change_password(file, arguments.user, accounts::hash_password(password));
    console.out << "The password of " << arguments.user << " is changed. " << in_effect;
}

void list(const AccountArguments& arguments, const Console& console) {
    const auto file = accounts_file(arguments, console);
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return;
    std::vector<std::string> mistakes;
    const auto directory = accounts::Directory::load(file, mistakes);
    for (const auto& mistake : mistakes) console.diagnostic(mistake);
    if (!directory) throw Reported();
    for (const auto& account : directory->all()) {
        console.out << account.user;
        for (const auto& address : account.addresses) console.out << '\t' << address;
        console.out << '\n';
    }
}

void remove(const AccountArguments& arguments, const Console& console) {
    accounts::remove(accounts_file(arguments, console), arguments.user);
    console.out << "Account " << arguments.user << " is removed; its mailbox stays. " << in_effect;
}

}  // namespace

void make_folder_of(const std::filesystem::path& file) {
    if (!file.has_parent_path() || std::filesystem::exists(file.parent_path())) return;
    std::filesystem::create_directories(file.parent_path());
    // Mail and password hashes are nobody else's business.
    std::filesystem::permissions(file.parent_path(), std::filesystem::perms::owner_all);
}

std::string ask_new_password(const Console& console, const std::string& user) {
    const auto password = console.read_secret("Password of " + user + ": ");
    if (password.empty()) throw Failure("a password is needed: type it, or give it as a line on standard input");
    if (console.asks && console.read_secret("Once more: ") != password) {
        throw Failure("the two passwords differ; nothing was changed");
    }
    return password;
}

void add_account(CLI::App& program, Context& context) {
    auto* command = program.add_subcommand("account", "add, change, list and remove hosted accounts");
    command->require_subcommand(1);
    command->footer(
        "Passwords are asked for, or read as a line from standard input; they are stored as yescrypt hashes.");
    const auto add_command = [&](const char* name, const char* text, auto run) {
        auto* subcommand = command->add_subcommand(name, text);
        auto arguments = std::make_shared<AccountArguments>();
        add_settings_option(*subcommand, arguments->files);
        add_accounts_option(*subcommand, arguments->files);
        subcommand->callback([arguments, run, &context] { run(*arguments, context.console); });
        return std::pair(subcommand, arguments);
    };
    const auto with_user = [](const auto& made) {
        made.first->add_option("user", made.second->user, "the user name")->required()->type_name("USER");
    };
    const auto added = add_command("add", "add an account", add);
    with_user(added);
    added.first
        ->add_option("address", added.second->addresses, "its addresses (default: USER in the first hosted domain)")
        ->type_name("ADDRESS");
    with_user(add_command("passwd", "change a password", change_password));
    add_command("list", "show all accounts with their addresses", list);
    with_user(add_command("remove", "remove an account, not its mail", remove));
}

}  // namespace refserver::commands
