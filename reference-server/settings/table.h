#pragma once

#include "settings/formats.h"
#include "settings/settings.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// All settings, once. Reading, checking, defaults, the commented default file and docs/settings.md come from here.
namespace refserver::settings {

/// What a setting can hold. Settings with named values hold the name.
using Value = std::variant<bool, std::uint64_t, std::string, std::vector<std::string>>;

struct Setting {
    std::string_view name;           ///< dotted: `smtp.incoming.port`
    std::string_view documentation;  ///< one or two sentences
    std::string_view rules;          ///< the numbers of SETTINGS.md: "D1, D2"
    Value fallback;                  ///< the default; for a mandatory setting an example
    Value (*get)(const Settings&) = nullptr;
    void (*set)(Settings&, const Value&) = nullptr;
    std::uint64_t least = 0;  ///< integers: both ends included
    std::uint64_t most = 0;
    std::span<const std::string_view> words;  ///< settings with named values: all of them
    const Format* format = nullptr;           ///< strings, and the elements of lists
    bool mandatory = false;                   ///< has no default
    bool generated = false;                   ///< D13, X19: `setup` writes it from the machine's limits

    /// In plain words: "an integer from 0 to 65535".
    std::string allowed() const;
    /// What is wrong with the value, or nothing. The alternative is that of `fallback`.
    std::optional<std::string> wrong(const Value&) const;
    /// The variable of the target contract: `SMTPSPEC_SMTP_INCOMING_PORT`.
    std::string variable() const;
    std::string_view table() const { return name.substr(0, name.rfind('.')); }
    std::string_view key() const { return name.substr(name.rfind('.') + 1); }
};

/// In the order of the default file.
std::span<const Setting> all_settings();
const Setting* find_setting(std::string_view name);
/// The dotted names of all tables, outer ones before inner ones, with a sentence each.
struct TableHeading {
    std::string_view name;
    std::string_view documentation;
};
std::span<const TableHeading> all_tables();

/// Every setting at its default. Mandatory ones are left empty.
Settings defaults();

/// As it is written in a TOML file.
std::string to_toml(const Value&);

}  // namespace refserver::settings
