#include "settings/rewrite.h"

#include "settings/toml_document.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace refserver::settings {

namespace {

std::optional<TomlNode> parse(std::string_view text) {
    auto document = parse_toml(text);
    if (auto* root = std::get_if<TomlNode>(&document)) return std::move(*root);
    return std::nullopt;
}

const TomlNode* find(const TomlNode& root, std::string_view name) {
    const TomlNode* node = &root;
    while (node && !name.empty()) {
        const auto dot = name.find('.');
        node = node->member(name.substr(0, dot));
        name = dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
    }
    return node;
}

std::size_t line_start(std::string_view text, std::uint32_t line) {
    std::size_t offset = 0;
    while (line-- > 1) offset = text.find('\n', offset) + 1;
    return offset;
}

std::size_t offset_of(std::string_view text, Position at) {
    auto offset = line_start(text, at.line);
    // Columns count characters: the octets 10xxxxxx of UTF-8 continue one.
    const auto continues = [&](std::size_t i) { return i < text.size() && (text[i] & 0xC0) == 0x80; };
    for (auto column = at.column; column > 1; --column) {
        ++offset;
        while (continues(offset)) ++offset;
    }
    return std::min(offset, text.size());
}

std::optional<Value> value_of(const TomlNode& node) {
    if (const auto* flag = std::get_if<bool>(&node.value)) return *flag;
    if (const auto* string = std::get_if<std::string>(&node.value)) return *string;
    if (const auto* integer = std::get_if<std::int64_t>(&node.value)) return static_cast<std::uint64_t>(*integer);
    const auto* array = std::get_if<TomlArray>(&node.value);
    if (!array) return std::nullopt;
    std::vector<std::string> strings;
    for (const auto& element : array->elements) {
        const auto* string = std::get_if<std::string>(&element.value);
        if (!string) return std::nullopt;
        strings.push_back(*string);
    }
    return strings;
}

bool holds(std::string_view text, const Change& change) {
    const auto root = parse(text);
    const TomlNode* node = root ? find(*root, change.setting->name) : nullptr;
    return node && value_of(*node) == change.value;
}

std::string replaced(const std::string& text, const TomlNode& node, const Change& change) {
    const auto begin = offset_of(text, node.begin);
    const auto end = offset_of(text, node.end);
    return text.substr(0, begin) + to_toml(change.value) + text.substr(end);
}

std::string with_line(const std::string& text, std::size_t offset, const std::string& line) {
    const bool needs_end = offset > 0 && text[offset - 1] != '\n';
    return text.substr(0, offset) + (needs_end ? "\n" : "") + line + "\n" + text.substr(offset);
}

/// Where the setting may stand, best first: under the header of its table, in a new table at the end, or with its whole
/// name at the top. Which of them TOML allows depends on how the rest is written.
std::vector<std::string> with_addition(const std::string& text, const TomlNode& root, const Change& change) {
    const std::string assignment = std::string(change.setting->key()) + " = " + to_toml(change.value);
    const std::string table(change.setting->table());
    std::vector<std::string> candidates;
    if (const TomlNode* header = find(root, table)) {
        const auto after = text.find('\n', offset_of(text, header->key_at));
        candidates.push_back(with_line(text, after == std::string::npos ? text.size() : after + 1, assignment));
    }
    candidates.push_back(with_line(text, text.size(), "\n[" + table + "]\n" + assignment));
    candidates.push_back(with_line(text, 0, table + "." + assignment));
    return candidates;
}

}  // namespace

std::string with_changes(std::string text, const std::vector<Change>& changes) {
    for (const auto& change : changes) {
        const auto root = parse(text);
        if (!root) throw std::runtime_error("the settings file is not TOML; `check` shows where");
        const TomlNode* node = find(*root, change.setting->name);
        const auto candidates = node ? std::vector{replaced(text, *node, change)} : with_addition(text, *root, change);
        const auto right = std::find_if(candidates.begin(), candidates.end(),
                                        [&](const auto& candidate) { return holds(candidate, change); });
        if (right == candidates.end()) {
            throw std::runtime_error("no place for " + std::string(change.setting->name) +
                                     " can be found in the settings file; write it there by hand: " +
                                     std::string(change.setting->name) + " = " + to_toml(change.value));
        }
        text = *right;
    }
    return text;
}

}  // namespace refserver::settings
