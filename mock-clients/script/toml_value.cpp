#include "script/toml_value.h"

#include <toml++/toml.h>

namespace smtpspec::script {

std::optional<std::string> problem_of_toml_value(std::string_view value) {
    try {
        const toml::table table = toml::parse("value = " + std::string(value));
        const bool setting = table.size() == 1 && (table["value"].is_string() || table["value"].is_integer() ||
                                                   table["value"].is_boolean() || table["value"].is_array());
        if (setting) return std::nullopt;
        return "a text in quotes, a number, `true`, `false` or a list `[…]` should stand here";
    } catch (const toml::parse_error& error) {
        return std::string(error.description());
    }
}

}  // namespace smtpspec::script
