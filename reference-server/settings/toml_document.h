#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A TOML file as a tree with positions. The one place that knows the TOML library.
namespace refserver::settings {

/// Both count from 1; columns count characters.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    auto operator<=>(const Position&) const = default;
};

struct TomlNode;

struct TomlTable {
    std::vector<TomlNode> members;
    bool is_inline = false;  ///< `{ key = value }`
};
struct TomlArray {
    std::vector<TomlNode> elements;
};
/// A type that no setting has.
struct TomlOther {
    std::string_view type;  ///< "a float", "a date"
};

struct TomlNode {
    std::string key;  ///< empty in an array
    Position key_at;  ///< of the key; in an array: of the element
    Position begin;   ///< of the value
    Position end;     ///< one past its last character
    std::variant<bool, std::int64_t, std::string, TomlArray, TomlTable, TomlOther> value;

    /// "a string", for messages.
    std::string_view type() const;
    const TomlNode* member(std::string_view name) const;
};

struct TomlSyntaxError {
    Position at;
    std::string message;
};

/// The root table, or the first syntax error: what follows it cannot be understood.
std::variant<TomlNode, TomlSyntaxError> parse_toml(std::string_view text);

}  // namespace refserver::settings
