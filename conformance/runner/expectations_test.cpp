#include "runner/expectations.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* file = R"(# our server

a/a/one 5321-x   we know,  and wait for 2.0
a/a/two X5 on purpose
)";

Result result(const std::string& id, Status status) {
    Result out;
    out.id = id;
    out.status = status;
    out.citations = {"D5"};
    out.reason = "first line\nsecond";
    return out;
}

TEST(Expectations, MarksKnownFindingsAndFindsStaleLines) {
    std::vector<Result> results = {result("a/a/one", Status::fail), result("a/a/two", Status::pass),
                                   result("a/a/three", Status::fail)};
    EXPECT_THAT(Expectations::read(file, "f").apply(results, false), ElementsAre("a/a/two"));
    EXPECT_EQ(results[0].known, "we know,  and wait for 2.0");
    EXPECT_EQ(results[1].known, "");
    EXPECT_EQ(results[2].known, "");
}

TEST(Expectations, WhatDidNotRunIsNotStale) {
    std::vector<Result> results = {result("a/a/one", Status::skip)};
    EXPECT_THAT(Expectations::read(file, "f").apply(results, false), IsEmpty());
    EXPECT_THAT(Expectations::read(file, "f").apply(results, true), ElementsAre("a/a/two"))
        << "of everything: there is no such case";
}

TEST(Expectations, ACaseThatFailsSometimesIsNotStale) {
    std::vector<Result> results = {result("a/a/one", Status::pass), result("a/a/one", Status::fail),
                                   result("a/a/two", Status::warn)};
    EXPECT_THAT(Expectations::read(file, "f").apply(results, false), IsEmpty());
}

TEST(Expectations, APatternStandsForAFamilyAndALineOfItsOwnGoesFirst) {
    const auto expectations = Expectations::read("a/a/* D5 all of them\na/a/two X5 but this one\n", "f");
    std::vector<Result> results = {result("a/a/one", Status::fail), result("a/a/two", Status::fail),
                                   result("a/b/one", Status::fail)};
    EXPECT_THAT(expectations.apply(results, false), IsEmpty());
    EXPECT_EQ(results[0].known, "all of them");
    EXPECT_EQ(results[1].known, "but this one");
    EXPECT_EQ(results[2].known, "");
}

TEST(Expectations, APatternIsStaleWhenAllOfItPasses) {
    const auto expectations = Expectations::read("a/a/* D5 all of them\n", "f");
    std::vector<Result> some = {result("a/a/one", Status::pass), result("a/a/two", Status::fail)};
    EXPECT_THAT(expectations.apply(some, false), IsEmpty());
    std::vector<Result> none = {result("a/a/one", Status::pass), result("a/a/two", Status::pass)};
    EXPECT_THAT(expectations.apply(none, false), ElementsAre("a/a/*"));
    EXPECT_EQ(expectations.updated(some, {}), "a/a/* D5 all of them\n");
}

TEST(Expectations, UpdatingKeepsLinesAndCommentsInTheirPlaces) {
    std::vector<Result> results = {result("a/a/one", Status::fail), result("a/a/two", Status::pass),
                                   result("a/a/three", Status::fail), result("a/a/three", Status::fail)};
    const Expectations expectations = Expectations::read(file, "f");
    const auto stale = expectations.apply(results, false);
    EXPECT_EQ(expectations.updated(results, stale),
              "# our server\n\na/a/one 5321-x   we know,  and wait for 2.0\na/a/three D5 first line\n");
}

TEST(Expectations, WhatIsWrittenCanBeRead) {
    std::vector<Result> results = {result("a/a/one", Status::error)};
    results[0].reason = "";
    results[0].citations = {};
    const std::string written = Expectations().updated(results, {});
    std::vector<Result> again = results;
    EXPECT_THAT(Expectations::read(written, "f").apply(again, true), IsEmpty());
    EXPECT_NE(again[0].known, "");
}

TEST(Expectations, EveryLineHasAReasonAndAnIdOfItsOwn) {
    for (const char* bad : {"# x\na/a/one 5321-x\n", "# x\na/a/one\n", "a 1 x\na 2 y\n"}) {
        try {
            Expectations::read(bad, "f");
            FAIL() << bad;
        } catch (const std::runtime_error& error) {
            EXPECT_THAT(error.what(), StartsWith("f:2: "));
        }
    }
}

}  // namespace
}  // namespace smtpspec::runner
