#pragma once

#include "runner/setting_value.h"

#include <filesystem>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// What a target is told beside the settings.
struct TargetFiles {
    std::filesystem::path settings;
    std::filesystem::path accounts;
    std::filesystem::path maildir_root;
    std::filesystem::path work;
};

/// The environment of a target as TARGET-CONTRACT.md has it: ours, with PATH beginning with the folder of our own
/// programs, and the variables of the contract, which replace any that were there.
std::vector<std::string> target_environment(const SettingMap& resolved, const TargetFiles&,
                                            const std::filesystem::path& programs,
                                            const std::vector<std::string>& inherited);

/// Our own environment as NAME=value.
std::vector<std::string> inherited_environment();

}  // namespace smtpspec::runner
