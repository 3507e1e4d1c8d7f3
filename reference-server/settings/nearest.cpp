#include "settings/nearest.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace refserver::settings {

namespace {

std::string folded(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(c)); });
    return result;
}

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view given, std::span<const std::string_view> candidates) {
    // Nobody mistypes a name into something this long, and the cost is the product of the lengths.
    if (given.size() > 100) return std::nullopt;
    const std::string wanted = folded(given);
    std::optional<std::string_view> best;
    std::size_t least = std::max<std::size_t>(1, given.size() / 3) + 1;
    for (const auto candidate : candidates) {
        const std::size_t changes = distance(wanted, folded(candidate));
        if (changes < least) {
            least = changes;
            best = candidate;
        }
    }
    return best;
}

}  // namespace refserver::settings
