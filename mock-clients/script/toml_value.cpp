#include "script/toml_value.h"

#include <toml++/toml.h>

namespace smtpspec::script {

std::optional<std::string> problem_of_toml_value(std::string_view value) {
    constexpr std::string_view allowed =
        "a text in quotes, a number, `true`, `false` or a list `[…]` should stand here";
    try {
        // Within brackets a comment after the value is a mistake, as it is anywhere after a statement.
        const toml::table table = toml::parse("value = [" + std::string(value) + "]");
        const toml::array* values = table["value"].as_array();
        const bool one = table.size() == 1 && values && values->size() == 1;
        if (one && (values->get(0)->is_string() || values->get(0)->is_integer() || values->get(0)->is_boolean() ||
                    values->get(0)->is_array())) {
            return std::nullopt;
        }
        return std::string(allowed);
    } catch (const toml::parse_error&) {
        // Its words speak of a file that the author has never seen.
        return std::string(allowed);
    }
}

}  // namespace smtpspec::script
