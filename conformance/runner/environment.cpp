#include "runner/environment.h"

#include <map>

#include <unistd.h>

namespace smtpspec::runner {

std::vector<std::string> target_environment(const SettingMap& resolved, const TargetFiles& files,
                                            const std::filesystem::path& programs,
                                            const std::vector<std::string>& inherited) {
    std::map<std::string, std::string> variables;
    for (const std::string& entry : inherited) {
        const auto equals = entry.find('=');
        if (equals != std::string::npos) {
            variables[entry.substr(0, equals)] = entry.substr(equals + 1);
        }
    }
    const std::string path = variables["PATH"];
    variables["PATH"] = programs.string() + ":" + (path.empty() ? "/usr/local/bin:/usr/bin:/bin" : path);
    for (const auto& [name, value] : resolved) {
        variables[environment_name(name)] = environment_text(value);
    }
    variables["SMTPSPEC_SETTINGS_FILE"] = files.settings.string();
    variables["SMTPSPEC_ACCOUNTS_FILE"] = files.accounts.string();
    variables["SMTPSPEC_MAILDIR_ROOT"] = files.maildir_root.string();
    variables["SMTPSPEC_WORK_DIR"] = files.work.string();
    std::vector<std::string> out;
    for (const auto& [name, value] : variables) {
        out.push_back(name + "=" + value);
    }
    return out;
}

std::vector<std::string> inherited_environment() {
    std::vector<std::string> out;
    for (char** entry = environ; *entry; ++entry) {
        out.emplace_back(*entry);
    }
    return out;
}

}  // namespace smtpspec::runner
