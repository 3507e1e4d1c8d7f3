#pragma once

#include "script/parameters.h"

#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// A decision table: the first row whose conditions hold gives parameters and citations. In the file, columns are
/// words with blanks between: `ports login => answer | cites`, then one rule a line in the same shape.
class Oracle {
public:
    /// Mistakes of the table are added to `diagnostics`; rows that cannot be read are left out.
    Oracle(std::string_view name, std::string_view text, std::vector<Diagnostic>& diagnostics);

    struct Answer {
        Parameters gives;
        std::vector<Cell> cites;
    };
    /// Nothing if no row matches. Throws Mistake at `asked` when a condition is about a parameter that the case has
    /// not.
    std::optional<Answer> answer(const Parameters&, const Position& asked);

    /// Where the rules stand that have answered nothing so far.
    std::vector<Position> idle_rules() const;

    bool usable() const { return !rules_.empty(); }
    const std::vector<Cell>& conditions() const { return conditions_; }
    const std::vector<Cell>& gives() const { return gives_; }

private:
    struct Row {
        Position at;
        std::vector<Cell> conditions;
        std::vector<Cell> gives;
        std::vector<Cell> cites;
        bool answered = false;
    };
    static Row split(const SourceLine&);
    void read_columns(Row);
    void read_rule(Row);

    std::vector<Cell> conditions_;
    std::vector<Cell> gives_;
    std::vector<Row> rules_;
    std::string name_;
};

}  // namespace smtpspec::script
