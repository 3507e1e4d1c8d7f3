#include "commands/command.h"
#include "commands/demonstration.h"
#include "settings/consistency.h"
#include "settings/read.h"

namespace refserver::commands {

namespace {

struct ServeArguments {
    Files files;
    service::LogFormat log_format = service::LogFormat::automatic;
    std::string log_level = "information";
};

void warn(const settings::Settings& settings, const Console& console) {
    for (const auto& line : settings::warnings(settings)) console.warning(line);
}

void serve(const ServeArguments& arguments, Context& context) {
    const Console& console = context.console;
    const Files& files = arguments.files;
    service::ServeOptions options;
    const bool demonstration = !files.any_settings();
    options.settings = demonstration ? demonstration_settings() : files.read_settings(console);
    options.accounts_file = files.accounts_file(options.settings);
    if (!demonstration && !std::filesystem::exists(options.accounts_file)) {
        throw Failure("there are no accounts: " + options.accounts_file.string() +
                      " does not exist; `smtp-reference-server account add USER` makes one");
    }
    options.mailbox_root = files.mailbox_root(options.settings);
    options.queue_directory = files.queue_directory(options.settings);
    options.log_format = arguments.log_format;
    options.log_level = arguments.log_level;
    if (demonstration) {
        make_demonstration_account(options.accounts_file);
        options.hints = demonstration_hints(options.mailbox_root);
        options.reread = [same = options.settings] { return std::optional(same); };
    } else {
        options.reread = [file = files.settings_file(), &console]() -> std::optional<settings::Settings> {
            auto result = settings::read_file(file);
            for (const auto& error : result.errors) console.diagnostic(error.to_string());
            if (result.settings) warn(*result.settings, console);
            return result.settings;
        };
        warn(options.settings, console);
    }
    context.status = context.parts.serve(options);
}

}  // namespace

void add_serve(CLI::App& program, Context& context) {
    auto* command = program.add_subcommand("serve", "run the server until SIGTERM or SIGINT");
    command->footer(
        "Without a settings file this is a demonstration: on 127.0.0.1 only, with one account and its data in\n"
        "./smtp-data; how to send and read a first mail is printed.\n"
        "SIGHUP reads settings and accounts again; a bad settings file is reported, and the old settings stay.");
    auto arguments = std::make_shared<ServeArguments>();
    add_settings_option(*command, arguments->files);
    add_accounts_option(*command, arguments->files);
    command
        ->add_option("--mailboxes", arguments->files.mailboxes,
                     "the folder of the Maildirs (default: mailboxes in the data folder)")
        ->type_name("DIR");
    command
        ->add_option("--queue", arguments->files.queue,
                     "the folder of outgoing mail (default: queue in the data folder)")
        ->type_name("DIR");
    static const std::map<std::string, service::LogFormat> formats{{"text", service::LogFormat::text},
                                                                   {"json", service::LogFormat::json}};
    command
        ->add_option("--log-format", arguments->log_format,
                     "text or json (default: text on a terminal, otherwise json)")
        ->type_name("FORMAT")
        ->transform(CLI::CheckedTransformer(formats).description(""));
    command
        ->add_option("--log-level", arguments->log_level,
                     "the least important lines to log: error, warning, information (default), debug")
        ->type_name("LEVEL")
        ->check(CLI::IsMember({"error", "warning", "information", "debug"}).description(""));
    command->callback([arguments, &context] { serve(*arguments, context); });
}

}  // namespace refserver::commands
