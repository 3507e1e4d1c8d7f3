#include "runner/comparison.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

RunRecord run_of(const std::string& target, const std::vector<std::pair<std::string, Status>>& results) {
    RunRecord run;
    run.suite_version = "1";
    run.target = target;
    run.started = "2026-11-24T12:00:00Z";
    for (const auto& [id, status] : results) {
        Result result;
        result.id = id;
        result.level = "MUST";
        result.status = status;
        run.results.push_back(result);
    }
    return run;
}

TEST(Comparison, DivergentRowsComeFirst) {
    RunRecord first = run_of("/t/a", {{"x/x/same", Status::pass}, {"x/x/differs", Status::pass}});
    first.target_version = "ESMTP A";
    const RunRecord second =
        run_of("/t/b", {{"x/x/same", Status::pass}, {"x/x/differs", Status::fail}, {"x/x/only", Status::pass}});
    EXPECT_EQ(comparison(std::vector{first, second}, {"a", "b"}), R"(a: /t/a (ESMTP A), 2026-11-24T12:00:00Z
b: /t/b, 2026-11-24T12:00:00Z

case         level       a      b
x/x/differs  MUST        pass   fail
x/x/only     MUST        -      pass

x/x/same     MUST        pass   pass

pass                     2      2
fail                     0      1
warn                     0      0
skip                     0      0
error                    0      0
2 of 3 cases differ
)");
}

TEST(Comparison, OfRepeatedCasesTheWorstCounts) {
    const RunRecord run = run_of("t", {{"a", Status::pass}, {"a", Status::fail}, {"a", Status::pass}});
    EXPECT_NE(comparison(std::vector{run}, {"t"}).find("a     MUST        fail"), std::string::npos);
}

TEST(Comparison, RefusesDifferentVersionsOfTheSuite) {
    RunRecord other = run_of("t", {});
    other.suite_version = "2";
    EXPECT_THROW(comparison(std::vector{run_of("t", {}), other}, {"a", "b"}), std::runtime_error);
}

}  // namespace
}  // namespace smtpspec::runner
