#pragma once

#include "commands/console.h"
#include "settings/settings.h"

#include <optional>
#include <string>
#include <vector>

/// What `setup` asks.
namespace refserver::commands {

/// Given by flags; what is given is not asked.
struct SetupAnswers {
    std::optional<std::string> primary_domain;
    std::vector<std::string> local_domains;
    std::optional<std::string> admin_email;
    std::optional<std::string> data_directory;
    std::optional<std::uint64_t> incoming_port;
    std::optional<std::uint64_t> outgoing_port;
};

/// Those of a new file: outgoing SMTP on, for those who log in.
settings::Settings initial_settings();

/// Takes flags first; then asks on a terminal, each question with the present value as the answer of an empty line.
/// `fresh`: there is no file yet, and values that belong to the domain follow it. Throws std::runtime_error for an
/// answer that is wrong when nobody can be asked again.
void take_answers(settings::Settings&, const SetupAnswers& given, bool fresh, const Console&, bool ask_nothing);

/// Shows the question with its proposal; an empty answer takes the proposal. Throws std::runtime_error at the end of
/// input.
std::string ask(const Console&, const std::string& question, const std::string& proposal);

}  // namespace refserver::commands
