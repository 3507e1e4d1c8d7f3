#include "runner/fault_review.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FaultReview review(const std::string& text) {
    return FaultReview::read(text, "review");
}

FaultResult caught(const std::string& fault, std::vector<std::string> by, std::vector<std::string> strangers = {}) {
    return {{fault, {"R1"}, "is wrong"}, std::move(by), std::move(strangers), {}};
}

std::string mistake(const std::string& text) {
    try {
        review(text);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

TEST(FaultReview, TakesTheThreeKindsCommentsAndEmptyLines) {
    const auto lines =
        review("# why\n\nsurvivor f no seam\nidle a/b/* no server does it\nstranger f-* a/c all\n").lines();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].fault, "f");
    EXPECT_EQ(lines[0].reason, "no seam");
    EXPECT_EQ(lines[1].scenario, "a/b/*");
    EXPECT_EQ(lines[2].fault, "f-*");
    EXPECT_EQ(lines[2].scenario, "a/c");
    EXPECT_EQ(lines[2].place, "review:5");
}

TEST(FaultReview, SaysWhereALineIsWrongAndWhatShouldStandThere) {
    EXPECT_EQ(mistake("\nsurvivor f\n").rfind("review:2: the reason is missing; write `survivor FAULT REASON`", 0), 0U);
    EXPECT_THAT(mistake("stranger f a/b\n"), HasSubstr("the reason is missing"));
    EXPECT_THAT(mistake("idel a/b why\n"), HasSubstr("review:1: a line begins with survivor, idle or stranger"));
    EXPECT_THAT(mistake("idel a/b why\n"), HasSubstr("idle"));
}

TEST(MatrixErrors, AFaultThatNoScenarioCatches) {
    const std::vector<FaultResult> results{caught("seen", {"a/1"}), caught("unseen", {})};
    EXPECT_THAT(errors_of(results, {}, review(""), false).survivors, ElementsAre("unseen"));
    EXPECT_THAT(errors_of(results, {}, review("survivor unseen why\n"), false).survivors, IsEmpty());
}

TEST(MatrixErrors, AMustScenarioThatCatchesNone) {
    const std::vector<FaultResult> results{caught("one", {"a/busy/2"})};
    const std::vector<MustScenario> scenarios{{"a/busy/1", {"a/busy/1", "a/busy/2"}}, {"a/idle", {"a/idle"}}};
    EXPECT_THAT(errors_of(results, scenarios, review(""), true).idle, ElementsAre("a/idle"));
    EXPECT_THAT(errors_of(results, scenarios, review("idle a/id* why\n"), true).idle, IsEmpty());
    EXPECT_THAT(errors_of(results, scenarios, review(""), false).idle, IsEmpty()) << "some faults say nothing of it";
}

TEST(MatrixErrors, AScenarioThatGoesRedForAFaultItHasNothingToDoWith) {
    const std::vector<FaultResult> results{caught("one", {"a/1"}, {"b/1", "b/2"})};
    const auto errors = errors_of(results, {}, review("stranger one b/1 it stands before it\n"), false);
    ASSERT_EQ(errors.strangers.size(), 1U);
    EXPECT_EQ(errors.strangers[0].fault, "one");
    EXPECT_EQ(errors.strangers[0].scenario, "b/2");
    EXPECT_TRUE(errors.any());
}

TEST(MatrixErrors, LinesOfTheReviewThatAreOutOfDate) {
    const std::vector<FaultResult> results{caught("one", {"a/1"})};
    const auto errors =
        errors_of(results, {{"a/1", {"a/1"}}}, review("survivor one why\nidle a/1 why\nstranger x y why\n"), true);
    EXPECT_FALSE(errors.any());
    EXPECT_THAT(errors.stale, ElementsAre(HasSubstr("review:1: one is caught now"), HasSubstr("review:2: a/1")));
}

}  // namespace
}  // namespace smtpspec::runner
