#pragma once

#include "script/source.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// One field of a line `| a | b |`.
struct Cell {
    std::string text;
    bool nothing = false;  ///< `-` without quotes
    Position at;
};

/// Throws Mistake when the line is no row.
std::vector<Cell> split_row(const SourceLine&);

/// The words of the line from offset `from` on; a word in double quotes keeps its blanks, the quotes are taken off.
/// Throws Mistake.
std::vector<Cell> split_words(const SourceLine&, std::size_t from);

/// One `each`: its columns are parameters, each row gives them values.
struct ParameterTable {
    bool joined = false;  ///< `each+`: adds to the part of the id before it
    std::vector<Cell> names;
    std::vector<std::vector<Cell>> rows;
};

/// Whether `text` can be the name of a parameter, role or client: a letter, then letters, digits and `_`.
bool valid_name(std::string_view text);

/// Reads `each NAME in VALUE …`, or `each` and the rows after it; `next` is the line after the `each` and
/// is moved past the rows. Throws Mistake.
ParameterTable read_each(const SourceLine& each, std::vector<SourceLine>::const_iterator& next,
                         std::vector<SourceLine>::const_iterator end);

/// Parameter name -> cell.
using Parameters = std::map<std::string, Cell, std::less<>>;

/// The line with each `$name` of `parameters` replaced; adds the names to `used`.
SourceLine substituted(const SourceLine&, const Parameters&, std::set<std::string, std::less<>>& used);

/// A value as part of an id: lower case, runs of what is no slug become one `-`. A `/` makes several parts.
std::string slug_of(std::string_view value);

/// `a-z 0-9 . + - _`, at least one.
bool valid_slug(std::string_view text);

}  // namespace smtpspec::script
