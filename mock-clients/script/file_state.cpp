#include "script/scenario_reader.h"

#include <algorithm>
#include <utility>

namespace smtpspec::script {

namespace {

constexpr std::size_t most_mistakes = 1000;
constexpr std::size_t most_cases = 10'000;
constexpr std::size_t most_lines = 500'000;

}  // namespace

FileState::FileState(std::string_view file_name, const ParseContext& the_context)
    : context(the_context), file_name_(file_name) {}

void FileState::report(Diagnostic diagnostic) {
    if (too_many_mistakes()) return;
    const Position& at = diagnostic.at;
    diagnostics_.emplace(std::make_tuple(at.file, at.line, at.column, diagnostic.message), diagnostic);
}

void FileState::report(std::vector<Diagnostic> diagnostics) {
    for (Diagnostic& diagnostic : diagnostics) report(std::move(diagnostic));
}

bool FileState::too_many_mistakes() const {
    return diagnostics_.size() >= most_mistakes;
}

std::vector<Diagnostic> FileState::diagnostics() {
    std::vector<Diagnostic> all;
    for (auto& [key, diagnostic] : diagnostics_) all.push_back(std::move(diagnostic));
    if (too_many_mistakes()) {
        Position last = all.back().at;
        all.push_back({std::move(last), "too many mistakes; there may be more", ""});
    }
    return all;
}

Oracle* FileState::oracle(std::string_view name) {
    if (const auto found = oracles_.find(name); found != oracles_.end()) return &found->second;
    const auto text = context.oracle ? context.oracle(name) : std::nullopt;
    if (!text) return nullptr;
    std::vector<Diagnostic> mistakes;
    Oracle& oracle = oracles_.emplace(name, Oracle(name, *text, mistakes)).first->second;
    report(std::move(mistakes));
    return &oracle;
}

void FileState::check_oracles() {
    if (!diagnostics_.empty()) return;
    for (const auto& [name, oracle] : oracles_) {
        for (const Position& at : oracle.idle_rules())
            report({at, "no case of " + file_name_ + " is decided by this rule", ""});
    }
}

std::string FileState::exceeded_limit(std::size_t new_cases, std::size_t lines) {
    cases_ += std::min(new_cases, most_cases + 1);
    lines_ += std::min(new_cases, most_cases + 1) * lines;
    if (cases_ > most_cases) return "more than 10,000 cases in one file";
    if (lines_ > most_lines) return "more than 500,000 lines in all cases of one file";
    return {};
}

}  // namespace smtpspec::script
