#include "runner/fault_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

using testing::ElementsAre;

TEST(ParseFaults, TakesNameRequirementsAndWords) {
    const auto faults = parse_faults("one\tD5 X1\tdoes this\ntwo\tD6\tdoes that\n", "faulty");
    ASSERT_EQ(faults.size(), 2U);
    EXPECT_EQ(faults[0].name, "one");
    EXPECT_THAT(faults[0].breaks, ElementsAre("D5", "X1"));
    EXPECT_EQ(faults[0].target, "faulty");
    EXPECT_EQ(faults[1].what, "does that");
}

TEST(ParseFaults, RefusesALineWithTooFewFields) {
    EXPECT_THROW(parse_faults("one\tD5\n", "faulty"), std::runtime_error);
}

TEST(ParseFaults, RefusesAFaultThatBreaksNothing) {
    EXPECT_THROW(parse_faults("one\t\tdoes this\n", "faulty"), std::runtime_error);
}

}  // namespace
}  // namespace smtpspec::runner
