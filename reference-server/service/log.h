#pragma once

#include "service/serve.h"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refserver::service {

enum class LogLevel { error, warning, information, debug };

using LogFields = std::vector<std::pair<std::string, std::string>>;

/// One line per event on standard error, as JSON or as text. Safe to use from many threads. What comes from a client is
/// escaped: no value can make a second line or break the JSON.
class Log {
public:
    Log(LogFormat, std::string_view level);

    void write(LogLevel, std::string_view event, const LogFields& = {});
    bool writes(LogLevel level) const { return level <= least_; }

private:
    bool json_;
    LogLevel least_;
    std::mutex mutex_;
};

/// The line without its end; `time` as ISO 8601 in UTC.
std::string json_line(std::string_view time, LogLevel, std::string_view event, const LogFields&);
std::string text_line(std::string_view time, LogLevel, std::string_view event, const LogFields&);

}  // namespace refserver::service
