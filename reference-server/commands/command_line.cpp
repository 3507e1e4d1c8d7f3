#include "commands/command_line.h"

#include "commands/command.h"
#include "settings/nearest.h"

#include <algorithm>
#include <ostream>

namespace refserver::commands {

namespace {

constexpr const char* description =
    "A complete SMTP server: it takes mail for hosted accounts into Maildirs (incoming service), and mail for\n"
    "everybody else from those who may send it (outgoing service).";

constexpr const char* lesson =
    "The three commands to know:\n"
    "  smtp-reference-server serve                       try it out: on this computer, with one account\n"
    "  smtp-reference-server setup                       write a settings file, smtp-server.toml\n"
    "  smtp-reference-server check                       find every mistake and risk in it\n"
    "\n"
    "Files: smtp-server.toml holds the settings (--settings names another file); accounts, mailboxes and queue are in\n"
    "the folder general.data_directory, smtp-data unless you change it. `smtp-reference-server settings` explains\n"
    "every setting.";

void add_all(CLI::App& program, Context& context) {
    add_serve(program, context);
    add_setup(program, context);
    add_check(program, context);
    add_explain(program, context);
    add_account(program, context);
    add_queue(program, context);
    add_settings(program, context);
}

/// CLI11 would only say that a command is required.
void refuse_unknown_command(const CLI::App& program, const std::string& first) {
    if (first.empty() || first.front() == '-') return;
    std::vector<std::string_view> names;
    for (const auto* command : program.get_subcommands({})) {
        if (command->get_name() == first) return;
        names.push_back(command->get_name());
    }
    const auto meant = settings::nearest(first, names);
    throw CLI::ParseError(
        "there is no command \"" + first + "\"" + (meant ? "; did you mean " + std::string(*meant) + "?" : ""),
        CLI::ExitCodes::ExtrasError);
}

}  // namespace

int run(std::vector<std::string> arguments, const Parts& parts, const Console& console) {
    CLI::App program(description, "smtp-reference-server");
    program.footer(lesson);
    program.set_version_flag("--version", "smtp-reference-server " SMTP_REFERENCE_SERVER_VERSION, "show the version");
    program.require_subcommand(1);
    program.get_formatter()->column_width(34);
    Context context{parts, console};
    add_all(program, context);
    try {
        if (!arguments.empty()) refuse_unknown_command(program, arguments.front());
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
        program.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error, console.out, console.err);
        console.error(std::string(error.what()) + "; see smtp-reference-server --help");
        return 2;
    } catch (const Reported&) {
        return 1;
    } catch (const std::exception& error) {
        console.error(error.what());
        return 1;
    }
    return context.status;
}

}  // namespace refserver::commands
