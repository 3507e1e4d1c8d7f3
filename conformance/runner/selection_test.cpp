#include "runner/selection.h"

#include "runner/testing/small_catalogue.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* rset = R"(fixture default

scenario forgets
  RSET forgets the transaction
  cites 5321-4.1.1.5-rset
  risk smuggling
  C: RSET
  S: 250

scenario each-verb
  Every verb is answered
  cites X5 5321-4.5.1-noop
  each verb in NOOP RSET
  C: $verb
  S: 250
)";

constexpr const char* noop = R"(scenario works
  NOOP is answered
  cites 5321-4.5.1-noop
  needs extension CHUNKING
  C: NOOP
  S: 250
)";

class SelectionTest : public testing::Test {
protected:
    SelectionTest() { small.scenarios("rfc5321/rset", rset).scenarios("rfc5321/noop", noop); }

    std::vector<std::string> ids(const Selection& selection) {
        std::vector<std::string> out;
        for (const SelectedCase& one : select(small.open(), selection).cases) {
            out.push_back(one.scenario.id + (one.excluded ? " excluded" : ""));
        }
        return out;
    }
    std::vector<std::string> matching(std::vector<std::string> patterns) {
        Selection selection;
        selection.patterns = std::move(patterns);
        return ids(selection);
    }
    std::string error_of(const Selection& selection) {
        try {
            select(small.open(), selection);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "no error";
    }

    SmallCatalogue small;
};

TEST_F(SelectionTest, NothingGivenSelectsAllInTheOrderOfTheFiles) {
    EXPECT_THAT(ids({}), ElementsAre("rfc5321/noop/works", "rfc5321/rset/forgets", "rfc5321/rset/each-verb/noop",
                                     "rfc5321/rset/each-verb/rset"));
}

TEST_F(SelectionTest, IdsBeginningsAndGlobs) {
    EXPECT_THAT(matching({"rfc5321/rset/forgets"}), ElementsAre("rfc5321/rset/forgets"));
    EXPECT_THAT(matching({"rfc5321/rset/each-verb"}), testing::SizeIs(2));
    EXPECT_THAT(matching({"rfc5321/rset"}), testing::SizeIs(3));
    EXPECT_THAT(matching({"rfc5321/rset/*"}), testing::SizeIs(3));
    EXPECT_THAT(matching({"*/works", "rfc5321/noop"}), ElementsAre("rfc5321/noop/works"));
}

TEST_F(SelectionTest, ListsInFiles) {
    const auto file = small.folder().write("ids", "# known\n\n rfc5321/noop/works \n");
    EXPECT_THAT(matching({"@" + file.string()}), ElementsAre("rfc5321/noop/works"));
    Selection missing;
    missing.patterns = {"@" + file.string() + "-none"};
    EXPECT_THAT(error_of(missing), HasSubstr("ids-none"));
}

TEST_F(SelectionTest, APatternThatNamesNothingIsAnError) {
    Selection selection;
    selection.patterns = {"rfc5321/rset", "rfc5321/nop"};
    EXPECT_THAT(error_of(selection), HasSubstr("rfc5321/nop (did you mean rfc5321/noop?)"));
}

TEST_F(SelectionTest, ExcludedCasesStayToBeReported) {
    Selection selection;
    selection.patterns = {"rfc5321/rset"};
    selection.exclude = {"*/each-verb"};
    EXPECT_THAT(ids(selection), ElementsAre("rfc5321/rset/forgets", "rfc5321/rset/each-verb/noop excluded",
                                            "rfc5321/rset/each-verb/rset excluded"));
}

TEST_F(SelectionTest, NarrowsByLevelCitationExtensionAndRisk) {
    Selection must;
    must.levels = {"must"};
    EXPECT_THAT(ids(must), ElementsAre("rfc5321/rset/forgets"));
    Selection cited;
    cited.cites = {"5321-4.5.1-*"};
    EXPECT_THAT(ids(cited), testing::SizeIs(3));
    Selection chunking;
    chunking.extensions = {"chunking"};
    EXPECT_THAT(ids(chunking), ElementsAre("rfc5321/noop/works"));
    Selection smuggling;
    smuggling.risks = {"any"};
    EXPECT_THAT(ids(smuggling), ElementsAre("rfc5321/rset/forgets"));
    smuggling.risks = {"relay"};
    EXPECT_THAT(ids(smuggling), IsEmpty());
    Selection wrong;
    wrong.levels = {"MIGHT"};
    EXPECT_THAT(error_of(wrong), HasSubstr("unknown level MIGHT"));
}

TEST_F(SelectionTest, TheFirstCitationGivesTheLevel) {
    Selection selection;
    selection.patterns = {"rfc5321/rset/each-verb/noop"};
    EXPECT_EQ(select(small.open(), selection).cases.front().level, "DECIDED");
}

TEST_F(SelectionTest, FilesThatCannotHoldASelectedCaseAreNotRead) {
    small.scenarios("rfc5321/broken", "this is no scenario\n");
    Selection selection;
    selection.patterns = {"rfc5321/rset"};
    EXPECT_THAT(select(small.open(), selection).diagnostics, IsEmpty());
    EXPECT_FALSE(select(small.open(), {}).diagnostics.empty());
}

}  // namespace
}  // namespace smtpspec::runner
