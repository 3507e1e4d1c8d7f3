#include "script/dialogue_builder.h"

#include <utility>

namespace smtpspec::script {

void DialogueBuilder::add(DialogueLine line) {
    constexpr std::size_t deepest_repeat = 4;
    switch (line.part) {
        case DialogueLine::Part::repeat:
            // Opened even when it is one too many, so that its `end` finds it.
            open_.push_back(std::move(line.statement));
            grouping_ = false;
            if (open_.size() > deepest_repeat) throw Mistake(open_.back().at, "`repeat` nested more than 4 deep");
            break;
        case DialogueLine::Part::end:
            if (open_.empty()) throw Mistake(line.statement.at, "`end` without `repeat` or `when`");
            close(line.statement.at);
            break;
        case DialogueLine::Part::statement:
            add_statement(std::move(line));
            break;
    }
}

std::vector<Statement> DialogueBuilder::finish() {
    if (!open_.empty()) throw Mistake(open_.back().at, "`repeat` without `end`");
    return std::move(statements_);
}

std::vector<Statement>& DialogueBuilder::body() {
    return open_.empty() ? statements_ : std::get<Repeat>(open_.back().act).body;
}

void DialogueBuilder::add_statement(DialogueLine line) {
    std::vector<Statement>& target = body();
    if (line.grouped && grouping_ && target.back().client == line.statement.client) {
        auto& group = std::get<Send>(target.back().act);
        group.writes.front().raw += std::get<Send>(line.statement.act).writes.front().raw;
        target.back().text += "\n" + line.statement.text;
        return;
    }
    grouping_ = line.grouped;
    target.push_back(std::move(line.statement));
}

void DialogueBuilder::close(const Position& at) {
    grouping_ = false;
    Statement repeat = std::move(open_.back());
    open_.pop_back();
    const bool empty = std::get<Repeat>(repeat.act).body.empty();
    body().push_back(std::move(repeat));
    if (empty) throw Mistake(at, "`repeat` with nothing in it");
}

}  // namespace smtpspec::script
