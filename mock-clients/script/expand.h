#pragma once

#include "script/scenario.h"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace smtpspec::script {

/// The value of a name such as `alice`, `alice.password`, `size`, `marker`, `i`; nothing if unknown.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Thrown when a template cannot be expanded: says what and where.
struct ExpansionError : std::runtime_error {
    ExpansionError(Position where, const std::string& what) : std::runtime_error(what), at(std::move(where)) {}
    Position at;
};

/// The octets that a template stands for: `$name`, `${expression}` and escapes replaced.
std::string expand(const Template&, const Lookup&);

/// A regular expression with `$name` and `${…}` replaced by text that matches itself; escapes stay.
std::string expand_pattern(const Template&, const Lookup&);

}  // namespace smtpspec::script
