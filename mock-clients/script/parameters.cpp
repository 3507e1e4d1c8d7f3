#include "script/parameters.h"

#include "script/mistake.h"
#include "script/scanner.h"

#include <algorithm>
#include <utility>

namespace smtpspec::script {

namespace {

bool blank(char c) {
    return c == ' ' || c == '\t';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool slug_octet(char c) {
    return (c >= 'a' && c <= 'z') || digit(c) || c == '.' || c == '+' || c == '-' || c == '_';
}

/// The offset of the quote that ends the cell begun at `start`. What is inside stays as it is: it is read
/// again where it is put in, with all its escapes.
std::size_t closing_quote(std::string_view text, std::size_t start) {
    for (std::size_t i = start; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i;
        }
    }
    return std::string_view::npos;
}

Cell quoted_cell(const SourceLine& line, std::size_t& position) {
    const std::size_t close = closing_quote(line.text(), position + 1);
    if (close == std::string::npos) throw Mistake(line.at(position), "the quotes are not closed");
    Cell cell{line.text().substr(position + 1, close - position - 1), false, line.at(position)};
    position = close + 1;
    return cell;
}

std::size_t skip_blanks(std::string_view text, std::size_t position) {
    while (position < text.size() && blank(text[position])) ++position;
    return position;
}

/// `NAME in VALUE …`
void read_list(const SourceLine& line, Scanner& scanner, ParameterTable& table) {
    const Position at = scanner.here();
    table.names.push_back({std::string(scanner.word()), false, at});
    scanner.require("in");
    for (Cell& value : split_words(line, scanner.offset())) table.rows.push_back({std::move(value)});
}

void check_names(const ParameterTable& table) {
    std::set<std::string_view> seen;
    for (const Cell& name : table.names) {
        if (!valid_name(name.text)) {
            throw Mistake(name.at,
                          "bad name of a parameter " + in_quotes(name.text) + ": a letter, then letters, digits, `_`");
        }
        if (!seen.insert(name.text).second) {
            throw Mistake(name.at, "the parameter " + in_quotes(name.text) + " stands twice in the table");
        }
    }
}

/// `"…" |`: then the quotes are the cell's own, and not part of a statement that is to be put together.
bool is_one_quoted_text(std::string_view text, std::size_t position) {
    if (text[position] != '"') return false;
    const std::size_t close = closing_quote(text, position + 1);
    if (close == std::string_view::npos) return false;
    const std::size_t next = skip_blanks(text, close + 1);
    return next < text.size() && text[next] == '|';
}

/// The next bar; in a cell that begins with quotes, the next one outside of quotes.
std::size_t end_of_cell(std::string_view text, std::size_t position) {
    const bool quotes_count = text[position] == '"';
    while (position < text.size() && text[position] != '|') {
        if (quotes_count && text[position] == '"') {
            position = closing_quote(text, position + 1);
            if (position == std::string_view::npos) return position;
        }
        ++position;
    }
    return position < text.size() ? position : std::string_view::npos;
}

}  // namespace

bool valid_name(std::string_view text) {
    return !text.empty() && letter(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) { return letter(c) || digit(c); });
}

bool valid_slug(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), slug_octet);
}

std::string slug_of(std::string_view value) {
    if (const std::size_t slash = value.find('/'); slash != std::string_view::npos) {
        return slug_of(value.substr(0, slash)) + "/" + slug_of(value.substr(slash + 1));
    }
    std::string result;
    bool gap = false;
    for (char c : value) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!slug_octet(c)) {
            gap = true;
            continue;
        }
        if (gap && !result.empty()) result += '-';
        gap = false;
        result += c;
    }
    return result.empty() ? "-" : result;
}

std::vector<Cell> split_words(const SourceLine& line, std::size_t from) {
    const std::string& text = line.text();
    std::vector<Cell> words;
    std::size_t position = skip_blanks(text, from);
    while (position < text.size()) {
        if (text[position] == '"') {
            words.push_back(quoted_cell(line, position));
            if (position < text.size() && !blank(text[position])) {
                throw Mistake(line.at(position), "a blank should stand here");
            }
        } else {
            const std::size_t end = std::min(text.find_first_of(" \t", position), text.size());
            std::string word = text.substr(position, end - position);
            const bool nothing = word == "-";
            words.push_back({std::move(word), nothing, line.at(position)});
            position = end;
        }
        position = skip_blanks(text, position);
    }
    return words;
}

std::vector<Cell> split_row(const SourceLine& line) {
    const std::string& text = line.text();
    std::size_t position = skip_blanks(text, 0);
    if (position >= text.size() || text[position] != '|') throw Mistake(line.at(position), "a row begins with `|`");
    std::vector<Cell> cells;
    ++position;
    while (true) {
        position = skip_blanks(text, position);
        if (position >= text.size()) break;
        if (is_one_quoted_text(text, position)) {
            cells.push_back(quoted_cell(line, position));
            position = skip_blanks(text, position);
        } else {
            const std::size_t bar = end_of_cell(text, position);
            if (bar == std::string::npos) throw Mistake(line.at(text.size()), "a row ends with `|`");
            std::size_t end = bar;
            while (end > position && blank(text[end - 1])) --end;
            if (end == position) {
                throw Mistake(line.at(position), "an empty cell; write `-` for nothing, `\"\"` for an empty text");
            }
            std::string value = text.substr(position, end - position);
            const bool nothing = value == "-";
            cells.push_back({std::move(value), nothing, line.at(position)});
            position = bar;
        }
        ++position;
    }
    if (cells.empty()) throw Mistake(line.at(text.size()), "a row without a cell");
    return cells;
}

ParameterTable read_each(const SourceLine& each, std::vector<SourceLine>::const_iterator& next,
                         std::vector<SourceLine>::const_iterator end) {
    Scanner scanner(each);
    const Position at = scanner.here();
    ParameterTable table;
    table.joined = scanner.take("each+");
    if (!table.joined) scanner.require("each");
    if (!scanner.at_end()) {
        read_list(each, scanner, table);
    } else {
        while (next != end && next->text().find_first_not_of(" \t") != std::string::npos &&
               next->text()[next->text().find_first_not_of(" \t")] == '|') {
            std::vector<Cell> cells = split_row(*next);
            ++next;
            if (table.names.empty()) {
                table.names = std::move(cells);
                continue;
            }
            if (cells.size() != table.names.size()) {
                throw Mistake(cells.front().at, "the row has " + std::to_string(cells.size()) + " cells, the table " +
                                                    std::to_string(table.names.size()) + " columns");
            }
            table.rows.push_back(std::move(cells));
        }
    }
    if (table.rows.empty()) throw Mistake(at, "`each` without values: `each NAME in VALUE …`, or a table below it");
    check_names(table);
    return table;
}

SourceLine substituted(const SourceLine& line, const Parameters& parameters, std::set<std::string, std::less<>>& used) {
    const std::string& text = line.text();
    if (parameters.empty() || text.find('$') == std::string::npos) return line;
    std::string result;
    std::vector<std::size_t> origins;
    bool changed = false;
    std::size_t i = 0;
    while (i < text.size()) {
        if (text[i] == '$' && i + 1 < text.size()) {
            std::size_t end = i + 1;
            if (letter(text[end])) {
                while (end < text.size() && (letter(text[end]) || digit(text[end]))) ++end;
                const auto found = parameters.find(std::string_view(text).substr(i + 1, end - i - 1));
                if (found != parameters.end()) {
                    const std::string_view value = found->second.nothing ? std::string_view{} : found->second.text;
                    result += value;
                    origins.insert(origins.end(), value.size(), i);
                    used.insert(found->first);
                    changed = true;
                    i = end;
                    continue;
                }
            } else if (text[end] == '$') {
                ++end;
            }
            for (; i < end; ++i) {
                result += text[i];
                origins.push_back(i);
            }
            continue;
        }
        result += text[i];
        origins.push_back(i++);
    }
    if (!changed) return line;
    origins.push_back(text.size());
    return line.with_text(std::move(result), std::move(origins));
}

}  // namespace smtpspec::script
