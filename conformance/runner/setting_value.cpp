#include "runner/setting_value.h"

#include <cstdio>

namespace smtpspec::runner {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (octet < 0x20 || octet == 0x7f) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04X", octet);
            out += escape;
        } else {
            out += c;
        }
    }
    return out + '"';
}

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
// C++20 has no need of it, clang 14 has.
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

std::string environment_text(const SettingValue& value) {
    return std::visit(Overloaded{
                          [](bool on) -> std::string { return on ? "true" : "false"; },
                          [](std::int64_t number) { return std::to_string(number); },
                          [](const std::string& text) { return text; },
                          [](const std::vector<std::string>& items) {
                              std::string out;
                              for (const std::string& item : items) {
                                  out += (out.empty() ? "" : " ") + item;
                              }
                              return out;
                          },
                      },
                      value);
}

std::string toml_text(const SettingValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return quoted(*text);
    }
    if (const auto* items = std::get_if<std::vector<std::string>>(&value)) {
        std::string out = "[";
        for (const std::string& item : *items) {
            out += (out.size() == 1 ? "" : ", ") + quoted(item);
        }
        return out + "]";
    }
    return environment_text(value);
}

std::string toml_document(const SettingMap& settings) {
    std::map<std::string, std::string> tables;
    for (const auto& [name, value] : settings) {
        const auto dot = name.rfind('.');
        const std::string table = dot == std::string::npos ? "" : name.substr(0, dot);
        tables[table] += name.substr(dot == std::string::npos ? 0 : dot + 1) + " = " + toml_text(value) + "\n";
    }
    std::string out;
    for (const auto& [table, lines] : tables) {
        out += (out.empty() ? "" : "\n") + (table.empty() ? "" : "[" + table + "]\n") + lines;
    }
    return out;
}

std::string environment_name(std::string_view setting) {
    std::string out = "SMTPSPEC_";
    for (const char c : setting) {
        out += c == '.' ? '_' : (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

}  // namespace smtpspec::runner
