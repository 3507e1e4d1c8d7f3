#include "runner/pairwise.h"

#include <set>

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::ElementsAre;

using Parameters = std::map<std::string, std::string>;

SelectedCase made(const std::string& id, const std::string& title, Parameters parameters) {
    SelectedCase one;
    one.scenario.id = id;
    one.scenario.title = title;
    one.scenario.parameters = std::move(parameters);
    return one;
}

/// 5 * 4 * 3 * 3 = 180 cases.
std::vector<SelectedCase> product(const std::string& folder, const std::string& title) {
    std::vector<SelectedCase> all;
    for (const char* a : {"1", "2", "3", "4", "5"}) {
        for (const char* b : {"1", "2", "3", "4"}) {
            for (const char* c : {"1", "2", "3"}) {
                for (const char* d : {"1", "2", "3"}) {
                    all.push_back(made(folder + "/" + a + b + c + d, title, {{"a", a}, {"b", b}, {"c", c}, {"d", d}}));
                }
            }
        }
    }
    return all;
}

std::vector<std::string> ids(const std::vector<SelectedCase>& cases) {
    std::vector<std::string> out;
    for (const SelectedCase& one : cases) {
        out.push_back(one.scenario.id);
    }
    return out;
}

std::set<std::string> pairs(const std::vector<SelectedCase>& cases) {
    std::set<std::string> out;
    for (const SelectedCase& one : cases) {
        for (const auto& [name, value] : one.scenario.parameters) {
            for (const auto& [other, its] : one.scenario.parameters) {
                out.insert(name + "=" + value + " " + other + "=" + its);
            }
        }
    }
    return out;
}

TEST(Pairwise, keeps_every_pair_and_few_cases) {
    const std::vector<SelectedCase> all = product("access", "T");
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::vector<SelectedCase> sample = pairwise_sample(all, "access", seed);
        EXPECT_EQ(pairs(sample), pairs(all)) << "seed " << seed;
        EXPECT_GE(sample.size(), 20U) << "5 * 4 pairs of a and b";
        EXPECT_LE(sample.size(), 40U) << "seed " << seed;
    }
}

TEST(Pairwise, keeps_pairs_that_only_one_case_has) {
    std::vector<SelectedCase> all = product("access", "T");
    // As oracles and `each+` make them: not every combination exists.
    std::erase_if(all, [](const SelectedCase& one) {
        return one.scenario.parameters.at("a") == "5" && one.scenario.id != "access/5432" &&
               one.scenario.id != "access/5111";
    });
    const std::vector<SelectedCase> sample = pairwise_sample(all, "access", 1);
    EXPECT_EQ(pairs(sample), pairs(all));
}

TEST(Pairwise, depends_on_the_seed_alone) {
    const std::vector<SelectedCase> all = product("access", "T");
    EXPECT_EQ(ids(pairwise_sample(all, "access", 7)), ids(pairwise_sample(all, "access", 7)));
    EXPECT_NE(ids(pairwise_sample(all, "access", 7)), ids(pairwise_sample(all, "access", 8)));
}

TEST(Pairwise, samples_each_scenario_by_itself_and_leaves_the_others) {
    std::vector<SelectedCase> all = product("access", "first");
    const std::vector<SelectedCase> second = product("access/second", "second");
    all.insert(all.end(), second.begin(), second.end());
    const std::vector<SelectedCase> sample = pairwise_sample(all, "access", 1);
    std::vector<SelectedCase> of_second;
    std::copy_if(sample.begin(), sample.end(), std::back_inserter(of_second),
                 [](const SelectedCase& one) { return one.scenario.title == "second"; });
    EXPECT_EQ(pairs(of_second), pairs(second));

    EXPECT_EQ(pairwise_sample(product("accessory", "T"), "access", 1).size(), 180U);
    std::vector<SelectedCase> few{made("access/plain", "plain", {}), made("access/b", "T", {{"v", "b"}}),
                                  made("access/a", "T", {{"v", "a"}}), made("access/left-out", "T", {{"v", "b"}})};
    few.back().excluded = true;
    EXPECT_THAT(ids(pairwise_sample(few, "access", 1)),
                ElementsAre("access/plain", "access/b", "access/a", "access/left-out"));
}

}  // namespace
}  // namespace smtpspec::runner
