#include "settings/nearest.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace refserver::settings {

namespace {

std::string folded(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(c)); });
    return result;
}

/// Levenshtein's distance, with the swap of two neighbours as one change, too.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({replaced, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
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
