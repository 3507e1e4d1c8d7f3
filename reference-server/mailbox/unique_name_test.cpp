#include "mailbox/unique_name.h"

#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace refserver::mailbox {
namespace {

TEST(UniqueName, IsNeverGivenTwice) {
    constexpr int threads = 4;
    constexpr int each = 1000;
    std::vector<std::vector<std::string>> names(threads);
    {
        std::vector<std::jthread> running;
        for (auto& mine : names) {
            running.emplace_back([&mine] {
                for (int i = 0; i < each; ++i) mine.push_back(unique_name());
            });
        }
    }
    std::set<std::string> all;
    for (const auto& mine : names) all.insert(mine.begin(), mine.end());
    EXPECT_EQ(all.size(), static_cast<std::size_t>(threads * each));
}

TEST(UniqueName, HasNothingThatMeansSomethingInAMaildir) {
    EXPECT_EQ(unique_name().find_first_of("/:"), std::string::npos);
}

TEST(HostPart, EncodesSlashAndColon) {
    EXPECT_EQ(host_part("plain.example"), "plain.example");
    EXPECT_EQ(host_part("a/b:c"), "a\\057b\\072c");
}

}  // namespace
}  // namespace refserver::mailbox
