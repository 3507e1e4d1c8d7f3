#include "script/parse.h"

#include "script/head.h"
#include "script/mentions.h"
#include "script/mistake.h"
#include "script/scenario_reader.h"
#include "script/source.h"

#include <algorithm>

namespace smtpspec::script {

namespace {

bool begins_scenario(const SourceLine& line) {
    const std::string_view text = line.text();
    constexpr std::string_view word = "scenario";
    return text.starts_with(word) &&
           (text.size() == word.size() || text[word.size()] == ' ' || text[word.size()] == '\t');
}

void read_file_head(const std::vector<SourceLine>& lines, FileState& file) {
    for (const SourceLine& line : lines) {
        try {
            Scanner scanner(line);
            if (scanner.peek() == "scenario") scanner.fail("`scenario` begins in column 1");
            if (scanner.offset() != 0) scanner.fail("before the first scenario, statements begin in column 1");
            read_head_line(line, file.head, true);
        } catch (const Mistake& mistake) {
            file.report(mistake.diagnostic);
        }
    }
    std::map<std::string, Role> none;
    std::vector<Diagnostic> mistakes;
    check_mentions(file.head.mentions, file.context, nullptr, none, mistakes);
    file.report(std::move(mistakes));
}

}  // namespace

ParseResult parse(std::string_view file_name, std::string_view text, const ParseContext& context) {
    FileState file(file_name, context);
    std::vector<Diagnostic> mistakes;
    std::vector<SourceLine> lines = split_lines(file_name, text, mistakes);
    file.report(std::move(mistakes));
    std::erase_if(lines, [](const SourceLine& line) { return line.blank() || line.comment(); });

    auto next = std::find_if(lines.begin(), lines.end(), begins_scenario);
    read_file_head({lines.begin(), next}, file);
    if (next == lines.end()) file.report({{std::string(file_name), 1, 1}, "the file has no scenario", ""});
    while (next != lines.end() && !file.too_many_mistakes()) {
        const auto end = std::find_if(next + 1, lines.end(), begins_scenario);
        read_scenario({next, end}, file);
        next = end;
    }
    file.check_oracles();
    return {std::move(file.cases), file.diagnostics()};
}

}  // namespace smtpspec::script
