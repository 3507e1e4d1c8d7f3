#include "settings/toml_document.h"

#include <algorithm>
#include <array>

#include <toml++/toml.h>

namespace refserver::settings {

namespace {

Position position(const toml::source_position& at) {
    return {at.line, at.column};
}

TomlNode convert(const toml::node& node);

TomlTable convert_table(const toml::table& table) {
    TomlTable result;
    result.is_inline = table.is_inline();
    for (const auto& [key, value] : table) {
        TomlNode member = convert(value);
        member.key = std::string(key.str());
        member.key_at = position(key.source().begin);
        result.members.push_back(std::move(member));
    }
    // The library sorts by name; messages and searches want the order of the file.
    std::sort(result.members.begin(), result.members.end(),
              [](const auto& a, const auto& b) { return a.key_at < b.key_at; });
    return result;
}

std::string_view name_of(toml::node_type type) {
    switch (type) {
        case toml::node_type::floating_point:
            return "a float";
        case toml::node_type::date:
            return "a date";
        case toml::node_type::time:
            return "a time";
        default:
            return "a date and time";
    }
}

TomlNode convert(const toml::node& node) {
    TomlNode result;
    result.begin = position(node.source().begin);
    result.end = position(node.source().end);
    result.key_at = result.begin;
    if (const auto* flag = node.as_boolean()) {
        result.value = flag->get();
    } else if (const auto* integer = node.as_integer()) {
        result.value = integer->get();
    } else if (const auto* string = node.as_string()) {
        result.value = string->get();
    } else if (const auto* array = node.as_array()) {
        TomlArray elements;
        for (const auto& element : *array) elements.elements.push_back(convert(element));
        result.value = std::move(elements);
    } else if (const auto* table = node.as_table()) {
        result.value = convert_table(*table);
    } else {
        result.value = TomlOther{name_of(node.type())};
    }
    return result;
}

}  // namespace

std::string_view TomlNode::type() const {
    static constexpr std::array<std::string_view, 5> names{"a boolean", "an integer", "a string", "a list", "a table"};
    if (const auto* other = std::get_if<TomlOther>(&value)) return other->type;
    return names.at(value.index());
}

const TomlNode* TomlNode::member(std::string_view name) const {
    const auto* table = std::get_if<TomlTable>(&value);
    if (!table) return nullptr;
    const auto found =
        std::find_if(table->members.begin(), table->members.end(), [&](const auto& m) { return m.key == name; });
    return found == table->members.end() ? nullptr : &*found;
}

std::variant<TomlNode, TomlSyntaxError> parse_toml(std::string_view text) {
    try {
        return convert(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return TomlSyntaxError{position(error.source().begin), std::string(error.description())};
    }
}

}  // namespace refserver::settings
