#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtpspec::runner {

/// The value of one documented setting, as a settings file can hold it.
using SettingValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// Settings by their dotted names ("smtp.incoming.port").
using SettingMap = std::map<std::string, SettingValue>;

/// As a target finds it in its environment: `true`, `25`, lists joined by single spaces.
std::string environment_text(const SettingValue&);

/// As a TOML value: quoted and escaped where it is text.
std::string toml_text(const SettingValue&);

/// A whole TOML document with every setting under its table.
std::string toml_document(const SettingMap&);

/// "smtp.incoming.port" -> "SMTPSPEC_SMTP_INCOMING_PORT".
std::string environment_name(std::string_view setting);

}  // namespace smtpspec::runner
