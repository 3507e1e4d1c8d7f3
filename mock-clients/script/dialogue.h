#pragma once

#include "script/scanner.h"

#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// One line of a dialogue by itself, before lines are put together into groups and repeats.
struct DialogueLine {
    enum class Part { statement, repeat, end };
    Part part = Part::statement;
    Statement statement;       ///< for `repeat`: with an empty body
    bool grouped = false;      ///< `C|`: goes out with the neighbours that are `C|` too
    bool needs_alone = false;  ///< only where the case has the server, or the sink, for itself
    Position client_at;        ///< where the client's name stands, if there is one
    std::vector<Mention> mentions;
};

/// Whether a dialogue statement may begin with this word (`C:`, `C/5:`, `given`, …).
bool begins_dialogue_statement(std::string_view word);

/// Whether a dialogue statement that begins with this word may stand among those of the head: `sink` and `dns` set
/// the stage, and `end` may end a `when`.
bool may_stand_in_head(std::string_view word);

/// All such words, for suggestions.
const std::vector<std::string_view>& dialogue_words();

/// `clients` are the declared ones; another name before a statement is kept, for the message. Throws Mistake.
DialogueLine read_dialogue_line(const SourceLine&, const std::vector<Client>& clients);

/// `set NAME = VALUE`, after the `set`.
ChangeSetting read_setting(Scanner&);

}  // namespace smtpspec::script
