#pragma once

#include "script/parse.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

namespace smtpspec::script {

/// A small world for tests: few requirements, fixtures, messages, settings and one oracle.
inline ParseContext small_world() {
    ParseContext context;
    context.id_prefix = "folder/file";
    const std::vector<std::string> ids{"5321-4.1.1.5-rset", "5321-4.1.1.4-data", "D5", "X1", "X2"};
    context.requirement_exists = [ids](std::string_view id) { return std::count(ids.begin(), ids.end(), id) > 0; };
    context.requirement_ids = [ids] { return ids; };
    context.fixture_exists = [](std::string_view name) { return name == "default" || name == "submission"; };
    context.message_exists = [](std::string_view name) { return name == "dots.eml"; };
    context.setting_exists = [](std::string_view name) { return name.starts_with("smtp.") || name == "general.x"; };
    context.oracle = [](std::string_view name) -> std::optional<std::string> {
        if (name == "reply") return "login role => code | cites\nyes * => 250 | X1\nno alice,bob => 250 | X2 D5\n";
        if (name == "words") return "code => step | cites\n250 => \"S: 250\" | X1\n";
        if (name == "broken") return "a => b | cites\nx => | X1\n";
        return std::nullopt;
    };
    return context;
}

inline std::vector<std::string> mistakes_in(std::string_view text) {
    std::vector<std::string> all;
    for (const Diagnostic& diagnostic : parse("f.smtp", text, small_world()).diagnostics) {
        all.push_back(to_string(diagnostic));
    }
    return all;
}

inline std::vector<Case> cases_of(std::string_view text) {
    ParseResult result = parse("f.smtp", text, small_world());
    for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << to_string(diagnostic);
    return std::move(result.cases);
}

/// The head that every scenario needs, then the given lines; they begin in line 4, column 3.
inline std::string scenario(std::string_view lines) {
    return "scenario a\n  A title\n  cites D5\n" + std::string(lines);
}

/// The statements of a scenario that has only these lines and, for sense, `S: 250` at its end.
inline std::vector<Statement> statements_of(std::string_view lines) {
    std::vector<Case> cases = cases_of(scenario(lines));
    return cases.size() == 1 ? std::move(cases[0].statements) : std::vector<Statement>{};
}

}  // namespace smtpspec::script
