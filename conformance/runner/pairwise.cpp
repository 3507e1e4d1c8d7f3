#include "runner/pairwise.h"

#include <algorithm>
#include <map>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace smtpspec::runner {
namespace {

using Value = std::pair<std::string, std::string>;  // parameter, value

/// The pairs of values that each case holds, as numbers.
std::vector<std::vector<std::size_t>> pairs_of(const std::vector<const script::Case*>& cases) {
    std::map<Value, std::size_t> values;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> pairs;
    std::vector<std::vector<std::size_t>> result;
    for (const script::Case* one : cases) {
        std::vector<std::size_t> own;
        for (const auto& parameter : one->parameters) {
            own.push_back(values.emplace(parameter, values.size()).first->second);
        }
        std::vector<std::size_t>& held = result.emplace_back();
        for (std::size_t i = 0; i < own.size(); ++i) {
            // With itself too, for scenarios of one parameter.
            for (std::size_t k = i; k < own.size(); ++k) {
                held.push_back(pairs.emplace(std::minmax(own[i], own[k]), pairs.size()).first->second);
            }
        }
    }
    return result;
}

/// Greedy: the case that holds the most pairs that none before it has. The gain of a case only falls, so the first of
/// the queue whose gain is still what it was is the best.
std::set<std::size_t> cover(const std::vector<std::vector<std::size_t>>& pairs, std::mt19937_64& random) {
    std::size_t count = 0;
    for (const std::vector<std::size_t>& held : pairs) {
        count = std::max(count, *std::max_element(held.begin(), held.end()) + 1);
    }
    std::vector<bool> covered(count, false);
    const auto gain = [&](std::size_t number) {
        return static_cast<std::size_t>(std::count_if(pairs[number].begin(), pairs[number].end(),
                                                      [&](std::size_t pair) { return !covered[pair]; }));
    };
    struct Candidate {
        std::size_t gain;
        std::uint64_t lot;  ///< decides among equals
        std::size_t number;
        auto operator<=>(const Candidate&) const = default;
    };
    std::priority_queue<Candidate> queue;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        queue.push({pairs[i].size(), random(), i});
    }
    std::set<std::size_t> kept;
    while (!queue.empty()) {
        Candidate best = queue.top();
        queue.pop();
        const std::size_t now = gain(best.number);
        if (now == best.gain && now > 0) {
            kept.insert(best.number);
            for (const std::size_t pair : pairs[best.number]) {
                covered[pair] = true;
            }
        } else if (now > 0) {
            best.gain = now;
            queue.push(best);
        }
    }
    return kept;
}

}  // namespace

std::vector<SelectedCase> pairwise_sample(std::vector<SelectedCase> cases, const std::string& folder,
                                          std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> scenarios;
    std::vector<bool> keep(cases.size(), true);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const script::Case& scenario = cases[i].scenario;
        if (!cases[i].excluded && scenario.id.starts_with(folder + "/") && !scenario.parameters.empty()) {
            scenarios[{scenario.at.file, scenario.title}].push_back(i);
            keep[i] = false;
        }
    }
    for (const auto& [name, numbers] : scenarios) {
        std::vector<const script::Case*> own;
        for (const std::size_t number : numbers) {
            own.push_back(&cases[number].scenario);
        }
        for (const std::size_t kept : cover(pairs_of(own), random)) {
            keep[numbers[kept]] = true;
        }
    }
    std::vector<SelectedCase> sample;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (keep[i]) {
            sample.push_back(std::move(cases[i]));
        }
    }
    return sample;
}

}  // namespace smtpspec::runner
