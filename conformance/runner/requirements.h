#pragma once

#include <map>
#include <set>
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
    std::string unasked;  ///< why no case asks for it, although it could be seen; empty: cases do, or should

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

    /// Adds the reasons why nothing asks for some requirements: lines `ID-PATTERN<tab>REASON` or
    /// `needs:WORD<tab>REASON` (all that need that), of which the first that fits counts. Throws std::runtime_error
    /// with file and line for one that has no reason or fits nothing.
    void add_reasons(std::string_view table, const std::string& file_name);

    const Requirement* find(const std::string& id) const;
    std::vector<std::string> ids() const;
    /// Those that a reason names by its id and not by a pattern.
    const std::set<std::string>& reasons_by_id() const { return reasons_by_id_; }
    const std::vector<Requirement>& all() const { return rows_; }

private:
    std::vector<Requirement> rows_;
    std::map<std::string, std::size_t> by_id_;
    std::set<std::string> reasons_by_id_;
};

/// The levels, strictest first.
const std::vector<std::string>& known_levels();

}  // namespace smtpspec::runner
