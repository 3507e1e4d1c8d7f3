#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace refserver::commands {

/// Where commands read and write.
struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool asks = false;      ///< somebody is there to answer questions
    bool coloured = false;  ///< `err` is a terminal that shows colours
    /// Reads a line without showing it; nothing more to read gives an empty one.
    std::string read_secret(const std::string& prompt) const;

    void error(std::string_view line) const;    ///< `error: …`
    void warning(std::string_view line) const;  ///< `warning: …`
    /// A line that has `error:` in it already, as diagnostics do.
    void diagnostic(std::string_view line) const;
};

}  // namespace refserver::commands
