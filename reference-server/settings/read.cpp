#include "settings/read.h"

#include "settings/consistency.h"
#include "settings/nearest.h"
#include "settings/table.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>

namespace refserver::settings {

namespace {

std::string lower_case(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

const TableHeading* find_table(std::string_view name) {
    const auto tables = all_tables();
    const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.name == name; });
    return found == tables.end() ? nullptr : &*found;
}

/// Collects the values of one file, and every mistake in it.
class Reader {
public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    ReadResult read(const TomlNode& root) {
        read_table(root, "");
        report_missing();
        // Settings that contradict each other are looked for among sound ones only: the rest would be noise.
        for (const auto& conflict : conflicts(settings_)) {
            if (!unsound(conflict.name) && !unsound(conflict.because)) {
                error(position_of(conflict), conflict.name, conflict.message);
            }
        }
        std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
        ReadResult result;
        if (errors_.empty()) result.settings = settings_;
        result.errors = std::move(errors_);
        return result;
    }

private:
    void error(Position at, std::string_view name, std::string message) {
        errors_.push_back({file_, at, std::string(name), std::move(message)});
    }

    bool unsound(std::string_view name) const {
        return std::any_of(errors_.begin(), errors_.end(), [&](const auto& e) { return e.name == name; });
    }

    void read_table(const TomlNode& table, const std::string& prefix) {
        for (const auto& member : std::get<TomlTable>(table.value).members) {
            const std::string name = prefix.empty() ? member.key : prefix + "." + member.key;
            const bool is_table = std::holds_alternative<TomlTable>(member.value);
            positions_.emplace(name, member.key_at);
            if (const Setting* setting = find_setting(name)) {
                read_setting(member, *setting);
            } else if (!find_table(name)) {
                error(member.key_at, name,
                      (is_table ? "unknown table" : "unknown setting") + suggestion(name, is_table));
            } else if (is_table) {
                read_table(member, name);
            } else {
                error(member.begin, name, "is " + std::string(member.type()) + "; allowed: a table");
            }
        }
    }

    std::string suggestion(const std::string& name, bool table) {
        std::vector<std::string_view> candidates;
        for (const auto& heading : all_tables()) {
            if (table) candidates.push_back(heading.name);
        }
        for (const auto& setting : all_settings()) {
            if (!table) candidates.push_back(setting.name);
        }
        if (const auto meant = nearest(name, candidates)) {
            meant_.emplace(*meant);
            return "; did you mean " + std::string(*meant) + "?";
        }
        // Right name, wrong table.
        const auto key = std::string_view(name).substr(name.rfind('.') + 1);
        for (const auto candidate : candidates) {
            if (candidate.substr(candidate.rfind('.') + 1) == key) {
                return "; did you mean " + std::string(candidate) + "?";
            }
        }
        return "; all are listed by `smtp-reference-server settings`";
    }

    void wrong_type(const TomlNode& node, const Setting& setting) {
        error(node.begin, setting.name, "is " + std::string(node.type()) + "; allowed: " + setting.allowed());
    }

    void read_setting(const TomlNode& node, const Setting& setting) {
        if (std::holds_alternative<std::vector<std::string>>(setting.fallback)) {
            read_list(node, setting);
            return;
        }
        std::optional<Value> value;
        if (const auto* flag = std::get_if<bool>(&node.value)) {
            value = *flag;
        } else if (const auto* string = std::get_if<std::string>(&node.value)) {
            value = *string;
        } else if (const auto* integer = std::get_if<std::int64_t>(&node.value)) {
            if (*integer < 0 && std::holds_alternative<std::uint64_t>(setting.fallback)) {
                error(node.begin, setting.name,
                      std::to_string(*integer) + " is out of range; allowed: " + setting.allowed());
                return;
            }
            value = static_cast<std::uint64_t>(*integer);
        }
        if (!value || value->index() != setting.fallback.index()) {
            wrong_type(node, setting);
        } else if (const auto wrong = setting.wrong(*value)) {
            error(node.begin, setting.name, *wrong + "; allowed: " + setting.allowed());
        } else {
            setting.set(settings_, *value);
        }
    }

    void read_list(const TomlNode& node, const Setting& setting) {
        const auto* array = std::get_if<TomlArray>(&node.value);
        if (!array) {
            wrong_type(node, setting);
            return;
        }
        std::vector<std::string> strings;
        for (const auto& element : array->elements) {
            const auto* string = std::get_if<std::string>(&element.value);
            const auto at = "element " + std::to_string(&element - array->elements.data() + 1) + ": ";
            const auto allowed = "; allowed: " + std::string(setting.format->allowed);
            if (!string) {
                error(element.begin, setting.name, at + "is " + std::string(element.type()) + allowed);
            } else if (const auto wrong = string->empty() ? "is empty" : setting.format->wrong(*string)) {
                error(element.begin, setting.name, at + *wrong + allowed);
            } else {
                strings.push_back(setting.format == &domain ? lower_case(*string) : *string);
            }
        }
        if (const auto wrong = array->elements.empty() ? setting.wrong(Value(strings)) : std::nullopt) {
            error(node.begin, setting.name, *wrong + "; allowed: " + setting.allowed());
        }
        setting.set(settings_, strings);
    }

    void report_missing() {
        for (const auto& setting : all_settings()) {
            if (!setting.mandatory || positions_.contains(setting.name)) continue;
            // Misspelled is not missing, and that has been said.
            if (meant_.contains(setting.name) || meant_.contains(setting.table())) continue;
            const auto table = positions_.find(setting.table());
            error(table == positions_.end() ? Position{} : table->second, setting.name,
                  "is missing, and has no default; allowed: " + setting.allowed());
        }
    }

    Position position_of(const Conflict& conflict) const {
        for (const auto name : {conflict.name, conflict.because}) {
            if (const auto found = positions_.find(name); found != positions_.end()) return found->second;
        }
        return {};
    }

    std::string file_;
    Settings settings_ = defaults();
    std::map<std::string, Position, std::less<>> positions_;
    std::set<std::string_view> meant_;  ///< settings and tables that were suggested for unknown ones
    std::vector<Diagnostic> errors_;
};

}  // namespace

std::string Diagnostic::to_string() const {
    return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
           ": error: " + (name.empty() ? "" : name + ": ") + message;
}

ReadResult read_text(const std::string& name, std::string_view text) {
    const auto document = parse_toml(text);
    if (const auto* error = std::get_if<TomlSyntaxError>(&document)) {
        return {std::nullopt, {{name, error->at, "", error->message + " (TOML syntax: nothing after this was read)"}}};
    }
    return Reader(name).read(std::get<TomlNode>(document));
}

ReadResult read_file(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        return {std::nullopt, {{file.string(), {}, "", "is a folder; a settings file is needed"}}};
    }
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) {
        return {std::nullopt, {{file.string(), {}, "", "cannot be read: " + std::generic_category().message(errno)}}};
    }
    return read_text(file.string(), text);
}

}  // namespace refserver::settings
