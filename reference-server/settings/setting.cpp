#include "settings/table.h"
#include "settings/text.h"

#include <algorithm>
#include <cctype>

namespace refserver::settings {

std::string Setting::allowed() const {
    if (std::holds_alternative<bool>(fallback)) return "true or false";
    if (std::holds_alternative<std::uint64_t>(fallback)) {
        return "an integer from " + std::to_string(least) + " to " + std::to_string(most);
    }
    if (!words.empty()) {
        std::string all;
        for (const auto word_allowed : words) all += (all.empty() ? "" : " or ") + in_quotes(word_allowed);
        return all;
    }
    if (std::holds_alternative<std::string>(fallback)) {
        const bool may_be_empty = !mandatory && format != &any_text && std::get<std::string>(fallback).empty();
        return std::string(format->allowed) + (may_be_empty ? ", or \"\"" : "");
    }
    return "a list of strings, each " + std::string(format->allowed) + (mandatory ? "; at least one" : "");
}

std::optional<std::string> Setting::wrong(const Value& value) const {
    if (const auto* integer = std::get_if<std::uint64_t>(&value)) {
        if (*integer < least || *integer > most) return std::to_string(*integer) + " is out of range";
    } else if (const auto* string = std::get_if<std::string>(&value)) {
        if (!words.empty()) {
            if (std::find(words.begin(), words.end(), *string) == words.end())
                return in_quotes(*string) + " is unknown";
        } else if (string->empty()) {
            if (mandatory || !std::get<std::string>(fallback).empty()) return "must not be empty";
        } else {
            return format->wrong(*string);
        }
    } else if (const auto* strings = std::get_if<std::vector<std::string>>(&value)) {
        if (strings->empty() && mandatory) return "must not be empty";
    }
    return std::nullopt;
}

std::string Setting::variable() const {
    std::string variable = "SMTPSPEC_";
    for (const char c : name) {
        variable += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return variable;
}

std::string to_toml(const Value& value) {
    if (const auto* flag_value = std::get_if<bool>(&value)) return *flag_value ? "true" : "false";
    if (const auto* integer = std::get_if<std::uint64_t>(&value)) return std::to_string(*integer);
    const auto escaped = [](const std::string& string) {
        std::string text = "\"";
        for (const char c : string) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        return text + "\"";
    };
    if (const auto* string = std::get_if<std::string>(&value)) return escaped(*string);
    std::string text = "[";
    for (const auto& element : std::get<std::vector<std::string>>(value)) {
        text += (text.size() == 1 ? "" : ", ") + escaped(element);
    }
    return text + "]";
}

}  // namespace refserver::settings
