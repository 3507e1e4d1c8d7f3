#include "commands/command.h"
#include "settings/document.h"
#include "settings/nearest.h"
#include "settings/table.h"

#include <ostream>

namespace refserver::commands {

namespace {

struct SettingsArguments {
    bool as_markdown = false;
    std::string name;
};

const settings::Setting& wanted(const std::string& name) {
    if (const auto* setting = settings::find_setting(name)) return *setting;
    std::vector<std::string_view> names;
    for (const auto& setting : settings::all_settings()) names.push_back(setting.name);
    const auto meant = settings::nearest(name, names);
    throw Failure("there is no setting \"" + name + "\"; " +
                  (meant ? "did you mean " + std::string(*meant) + "?" : "`settings` alone shows all"));
}

}  // namespace

void add_settings(CLI::App& program, Context& context) {
    auto* command =
        program.add_subcommand("settings", "explain one setting, or print a commented file with all of them");
    auto arguments = std::make_shared<SettingsArguments>();
    command->add_option("name", arguments->name, "one setting, such as smtp.incoming.port")->type_name("NAME");
    command->add_flag("--markdown", arguments->as_markdown, "all of them as a document");
    command->callback([arguments, &context] {
        std::ostream& out = context.console.out;
        if (!arguments->name.empty()) {
            out << settings::explanation(wanted(arguments->name));
        } else {
            out << (arguments->as_markdown ? settings::markdown() : settings::commented_file(settings::defaults()));
        }
    });
}

}  // namespace refserver::commands
