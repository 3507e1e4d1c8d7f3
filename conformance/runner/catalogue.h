#pragma once

#include "runner/requirements.h"
#include "runner/setting_value.h"
#include "script/parse.h"

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// The suite's data: scenarios, oracle, requirements, fixtures and targets, in one folder.
class Catalogue {
public:
    /// Reads the requirements and the defaults of the settings. Throws std::runtime_error when the folder is not a
    /// catalogue or something in it is wrong.
    explicit Catalogue(std::filesystem::path folder);

    /// `given` (from --catalogue), else SMTPSPEC_CATALOGUE, else share/smtpspec beside the program's folder.
    static std::filesystem::path locate(const std::string& given);

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path target(const std::string& name) const { return folder_ / "targets" / name; }
    std::filesystem::path certificates() const { return folder_ / "fixtures" / "certificates"; }
    std::filesystem::path messages() const { return folder_ / "fixtures" / "messages"; }
    const Requirements& requirements() const { return requirements_; }
    const SettingMap& defaults() const { return defaults_; }
    /// A fixture's own settings, without the defaults. Throws std::runtime_error, with the names there are, for an
    /// unknown one, for bad TOML and for a name that is no setting.
    const SettingMap& fixture(const std::string& name) const;
    std::vector<std::string> fixture_names() const;

    /// "rfc5321/rset" for each scenario file, sorted.
    const std::vector<std::string>& prefixes() const { return prefixes_; }
    std::filesystem::path scenario_file(const std::string& prefix) const;
    /// Parses the scenario file of that prefix.
    script::ParseResult cases(const std::string& prefix) const;
    /// Parses a scenario file that may stand anywhere.
    script::ParseResult parse(const std::filesystem::path& file, const std::string& prefix) const;

private:
    std::filesystem::path folder_;
    Requirements requirements_;
    SettingMap defaults_;
    std::vector<std::string> prefixes_;
    mutable std::mutex mutex_;  ///< of the fixtures read so far, which are asked for by many threads
    mutable std::map<std::string, SettingMap> fixtures_;
};

}  // namespace smtpspec::runner
