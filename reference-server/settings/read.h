#pragma once

#include "settings/settings.h"
#include "settings/toml_document.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reads and checks the settings file (X21).
namespace refserver::settings {

struct Diagnostic {
    std::string file;
    Position at;
    std::string name;     ///< the setting or table; empty for an error of the file as a whole
    std::string message;  ///< what is wrong; what is allowed

    /// `file:line:column: error: NAME: what is wrong; what is allowed`
    std::string to_string() const;
};

/// Settings when there is no error; otherwise all errors, by position. After an error of TOML's own syntax what follows
/// cannot be understood, so that such an error comes alone.
struct ReadResult {
    std::optional<Settings> settings;
    std::vector<Diagnostic> errors;
};

ReadResult read_file(const std::filesystem::path& file);
/// `name` stands for the file in diagnostics.
ReadResult read_text(const std::string& name, std::string_view text);

}  // namespace refserver::settings
