#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::runner {

/// One row of conformance/requirements: something an RFC or a documented setting asks of a server.
struct Requirement {
    std::string id;
    std::string rfc;  ///< number, or "settings"
    std::string section;
    std::string level;  ///< MUST, MUST NOT, SHOULD, SHOULD NOT, MAY, IMPLIED, DOCUMENTED or DECIDED
    std::string side;   ///< server, relay-client or both
    std::string group;
    std::string summary;
    std::string evidence;
    std::string needs;
    std::string ambiguity;

    /// "RFC 5321 §4.1.1.5" or "documented setting D5".
    std::string source() const;
    /// Cannot be judged by a client, a recipient or the next hop.
    bool observable() const { return !evidence.starts_with("not observable from outside"); }
};

class Requirements {
public:
    /// Adds the rows of one tab-separated file with a header line. Throws std::runtime_error with file and line for a
    /// row of the wrong width, an unknown level, an id seen before.
    void add(std::string_view table, const std::string& file_name);

    const Requirement* find(const std::string& id) const;
    std::vector<std::string> ids() const;
    const std::vector<Requirement>& all() const { return rows_; }

private:
    std::vector<Requirement> rows_;
    std::map<std::string, std::size_t> by_id_;
};

/// The levels, strictest first.
const std::vector<std::string>& known_levels();

}  // namespace smtpspec::runner
