#pragma once

#include "script/dialogue.h"

#include <vector>

namespace smtpspec::script {

/// Puts the lines of one dialogue together: groups of `C|`, nested repeats.
class DialogueBuilder {
public:
    /// Throws Mistake.
    void add(DialogueLine);
    bool in_repeat() const { return !open_.empty(); }
    /// Throws Mistake when a `repeat` is open.
    std::vector<Statement> finish();

private:
    std::vector<Statement>& body();
    void add_statement(DialogueLine);
    void close(const Position& at);

    std::vector<Statement> statements_;
    std::vector<Statement> open_;  ///< the repeats around, outermost first
    bool grouping_ = false;
};

}  // namespace smtpspec::script
