#include "script/mistake.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace smtpspec::script {

namespace {

constexpr std::size_t longest_worth_comparing = 96;

/// How many letters were left out, put in, mistaken or swapped with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    std::iota(rows[0].begin(), rows[0].end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        rows[i][0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t mistaken = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            rows[i][j] = std::min({mistaken, rows[i - 1][j] + 1, rows[i][j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }
    }
    return rows[a.size()][b.size()];
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

template <typename Candidates>
std::string nearest(std::string_view word, const Candidates& candidates) {
    if (word.empty() || word.size() > longest_worth_comparing) return {};
    const std::string wanted = lower(word);
    std::size_t best = std::max<std::size_t>(2, word.size() / 4 + 1);
    std::string_view found;
    for (std::string_view candidate : candidates) {
        const std::size_t longer = std::max(candidate.size(), word.size());
        const std::size_t shorter = std::min(candidate.size(), word.size());
        if (candidate == word || longer - shorter >= best) continue;
        const std::size_t distance = edit_distance(wanted, lower(candidate));
        // Three letters that all differ are no slip of the pen.
        if (distance < best && distance < shorter) {
            best = distance;
            found = candidate;
        }
    }
    return found.empty() ? std::string{} : "did you mean " + in_quotes(found) + "?";
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    return nearest(word, candidates);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    return nearest(word, candidates);
}

std::string listed(std::span<const std::string_view> words) {
    std::string result;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) result += i + 1 == words.size() ? " or " : ", ";
        result += in_quotes(words[i]);
    }
    return result;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string result = "`";
    for (char c : text.substr(0, longest)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    if (text.size() > longest) result += "…";
    return result + "`";
}

std::string to_string(const Diagnostic& diagnostic) {
    std::string result = diagnostic.at.file + ":" + std::to_string(diagnostic.at.line) + ":" +
                         std::to_string(diagnostic.at.column) + ": error: " + diagnostic.message;
    if (!diagnostic.suggestion.empty()) result += " (" + diagnostic.suggestion + ")";
    return result;
}

}  // namespace smtpspec::script
