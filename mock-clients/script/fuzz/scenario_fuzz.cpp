// Whatever a file holds, parse() answers with cases or with mistakes at places that exist, and every template of
// a case that it lets through can be expanded or says why not.
#include "script/expand.h"
#include "script/parse.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace smtpspec::script;

ParseContext context_with(const std::string& table) {
    ParseContext context;
    context.id_prefix = "fuzz/input";
    context.oracle = [table](std::string_view name) {
        return name == "o" ? std::optional<std::string>(table) : std::nullopt;
    };
    context.requirement_exists = [](std::string_view id) { return id.size() < 40; };
    context.requirement_ids = [] { return std::vector<std::string>{"5321-4.1.1.5-rset", "D5"}; };
    return context;
}

std::optional<std::string> value_of(std::string_view name) {
    if (name == "size" || name == "i") return "3";
    return std::string(name);
}

void expand_all(const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) {
        if (const auto* send = std::get_if<Send>(&statement.act)) {
            for (const Template& text : send->writes) {
                try {
                    expand(text, value_of);
                } catch (const ExpansionError&) {
                }
            }
        }
        if (const auto* repeat = std::get_if<Repeat>(&statement.act)) expand_all(repeat->body);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    // What follows a line of `%%%` is the oracle `o`.
    constexpr std::string_view separator = "\n%%%\n";
    const std::size_t split = text.find(separator);
    const std::string table(split == std::string_view::npos ? "" : text.substr(split + separator.size()));
    const ParseResult result = parse("input.smtp", text.substr(0, split), context_with(table));
    for (const Diagnostic& diagnostic : result.diagnostics) {
        if (diagnostic.at.line < 1 || diagnostic.at.column < 1 || to_string(diagnostic).empty()) std::abort();
    }
    for (const Case& made : result.cases) {
        if (made.id.empty() || made.title.empty() || made.cites.empty() || made.clients.empty()) std::abort();
        expand_all(made.statements);
    }
    return 0;
}
