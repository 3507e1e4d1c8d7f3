#pragma once

#include "script/parameters.h"

#include <vector>

namespace smtpspec::script {

/// Follows `when … end` through the lines of one case and says which of the others it keeps.
class Conditions {
public:
    /// Reads `when WORD is [not] WORD, …`. Throws Mistake.
    void open(const SourceLine& when, const Parameters&, std::set<std::string, std::less<>>& used);
    /// A `repeat`, whose `end` is not ours.
    void open_repeat() { open_.push_back({keeps(), true, {}}); }
    /// Whether this `end` closes a `when`; `end` of a `repeat` is the dialogue's.
    bool close();

    bool keeps() const { return open_.empty() || open_.back().keeps; }
    /// Throws Mistake when a `when` is open at the end.
    void finish() const;

private:
    struct Block {
        bool keeps;
        bool repeat;
        Position at;
    };
    std::vector<Block> open_;
};

}  // namespace smtpspec::script
