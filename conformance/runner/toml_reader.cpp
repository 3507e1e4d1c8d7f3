#include "runner/toml_reader.h"

#include <toml++/toml.h>

namespace smtpspec::runner {
namespace {

std::string place(const std::string& file, const toml::source_position& at) {
    return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
}

SettingValue value_of(const toml::node& node, const std::string& file) {
    if (const auto on = node.value_exact<bool>()) {
        return *on;
    }
    if (const auto number = node.value_exact<std::int64_t>()) {
        return *number;
    }
    if (auto text = node.value_exact<std::string>()) {
        return *std::move(text);
    }
    if (const toml::array* list = node.as_array()) {
        std::vector<std::string> items;
        for (const toml::node& item : *list) {
            const auto text = item.value_exact<std::string>();
            if (!text) {
                throw TomlError(place(file, item.source().begin) + "a list here holds quoted text only");
            }
            items.push_back(*text);
        }
        return items;
    }
    throw TomlError(place(file, node.source().begin) +
                    "a setting is true or false, a whole number, quoted text, or a list of quoted text");
}

void flatten(const toml::table& table, const std::string& prefix, const std::string& file, SettingMap& out) {
    for (const auto& [key, node] : table) {
        const std::string name = prefix + std::string(key.str());
        if (const toml::table* inner = node.as_table()) {
            flatten(*inner, name + ".", file, out);
        } else {
            out.insert_or_assign(name, value_of(node, file));
        }
    }
}

}  // namespace

SettingMap read_toml(std::string_view text, const std::string& file_name) {
    try {
        SettingMap out;
        flatten(toml::parse(text), "", file_name, out);
        return out;
    } catch (const toml::parse_error& error) {
        throw TomlError(place(file_name, error.source().begin) + std::string(error.description()));
    }
}

SettingValue read_toml_value(std::string_view text) {
    const SettingMap one = read_toml("value = " + std::string(text), "the value " + std::string(text));
    if (one.size() != 1 || !one.contains("value")) {
        throw TomlError("the value " + std::string(text) + ": one TOML value is expected");
    }
    return one.at("value");
}

}  // namespace smtpspec::runner
