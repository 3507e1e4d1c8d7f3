#include "runner/command_line.h"

#include "runner/reports/json_report.h"
#include "runner/testing/small_catalogue.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* scenarios = R"(fixture default

scenario works
  NOOP is answered
  cites 5321-4.5.1-noop
  C: NOOP
  S: 250

scenario refused
  NOOP is refused
  cites 5321-4.1.1.5-rset
  C: NOOP
  S: 500

scenario every-verb
  Each is answered
  cites X5
  each verb in NOOP RSET
  C: $verb
  S: 250
)";

class CommandLineTest : public testing::Test {
protected:
    CommandLineTest() {
        small.scenarios("rfc5321/noop", scenarios);
        small.folder().script("targets/reference",
                              std::string("PATH=") + TEST_PROGRAMS + ":$PATH exec test-target greets");
    }

    /// Runs `smtpspec` with these arguments on the small catalogue.
    int smtpspec(std::vector<std::string> arguments) {
        setenv("SMTPSPEC_CATALOGUE", small.folder().path().c_str(), 1);
        arguments.insert(arguments.begin(), "smtpspec");
        std::vector<char*> argv;
        for (std::string& argument : arguments) {
            argv.push_back(argument.data());
        }
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int status = smtpspec_main(static_cast<int>(argv.size()), argv.data());
        out = testing::internal::GetCapturedStdout();
        err = testing::internal::GetCapturedStderr();
        return status;
    }
    std::string path(const std::string& name) const { return (small.folder().path() / name).string(); }

    SmallCatalogue small;
    std::string out;
    std::string err;
};

TEST_F(CommandLineTest, RunsAndGradesAndReports) {
    EXPECT_EQ(smtpspec({"run", "rfc5321/noop/works"}), 0);
    EXPECT_THAT(out, StartsWith("1 case: 1 passed"));
    EXPECT_EQ(smtpspec({"run", "--json", path("r.json"), "--junit", path("r.xml"), "--html", path("r.html")}), 1);
    EXPECT_THAT(read_file(path("r.html")), HasSubstr("id=\"data\""));
    EXPECT_THAT(out, HasSubstr("FAIL rfc5321/noop/refused"));
    EXPECT_EQ(read_json_report(read_file(path("r.json")), "r").results.size(), 4u);
    EXPECT_THAT(read_file(path("r.xml")), HasSubstr("failures=\"1\""));
}

TEST_F(CommandLineTest, TapHasStandardOutputForItself) {
    EXPECT_EQ(smtpspec({"run", "--tap", "rfc5321/noop/works"}), 0);
    EXPECT_EQ(out, "TAP version 14\n1..1\nok 1 - rfc5321/noop/works\n");
    EXPECT_THAT(err, HasSubstr("1 passed"));
}

TEST_F(CommandLineTest, ExcludingEverythingIsSkippingEverything) {
    EXPECT_EQ(smtpspec({"run", "rfc5321/noop/works", "--exclude", "*"}), 77);
}

TEST_F(CommandLineTest, AnEmptyShardIsNotGreen) {
    EXPECT_EQ(smtpspec({"run", "rfc5321/noop/works", "--shard", "2/2"}), 77);
}

TEST_F(CommandLineTest, BadUsageIsStatus2AndNamesTheRemedy) {
    EXPECT_EQ(smtpspec({"run", "rfc5321/nop"}), 2);
    EXPECT_THAT(err, HasSubstr("did you mean rfc5321/noop?"));
    EXPECT_EQ(smtpspec({"run", "--level", "SHOULD NOT"}), 2);
    EXPECT_THAT(err, HasSubstr("no scenario is selected"));
    EXPECT_EQ(smtpspec({"rum"}), 2);
    EXPECT_THAT(err, HasSubstr("did you mean run?"));
    EXPECT_EQ(smtpspec({}), 2);
    EXPECT_EQ(smtpspec({"run", "--nonsense"}), 2);
    EXPECT_EQ(smtpspec({"run", "--target", path("none")}), 2);
    EXPECT_THAT(err, HasSubstr("does not exist"));
    EXPECT_EQ(smtpspec({"run", "--json", path("no/such/folder")}), 2);
    EXPECT_THAT(err, HasSubstr("cannot write the report"));
    EXPECT_EQ(smtpspec({"run", "--shard", "3/2"}), 2);
    EXPECT_EQ(smtpspec({"run", "--access-sample", "some"}), 2);
    EXPECT_EQ(smtpspec({"run", "--seed", "1"}), 2) << "without --shuffle";
    EXPECT_EQ(smtpspec({"run", "--address", "here"}), 2);
    EXPECT_EQ(smtpspec({"run", "--address", "127.0.0.1:99999"}), 2);
    EXPECT_EQ(smtpspec({"run", "--recipient", "a@b"}), 2) << "without --address";
    EXPECT_EQ(smtpspec({"list", "--catalogue", path("none")}), 2);
    EXPECT_THAT(err, HasSubstr("there is no catalogue at"));
}

TEST_F(CommandLineTest, BadScenarioFilesAreStatus2BeforeAnythingRuns) {
    small.scenarios("rfc5321/broken", "scenario x\n  Title\n  cites NONE\n  C: NOOP\n  S: 250\n");
    EXPECT_EQ(smtpspec({"run"}), 2);
    EXPECT_THAT(err, HasSubstr("broken.smtp:3:"));
    EXPECT_EQ(smtpspec({"run", "rfc5321/noop/works"}), 0) << "a broken file elsewhere is no matter";
    EXPECT_EQ(smtpspec({"lint"}), 2);
    EXPECT_THAT(out, HasSubstr("2 files"));
    EXPECT_EQ(smtpspec({"lint", path("scenarios/rfc5321/noop.smtp")}), 0);
    EXPECT_EQ(smtpspec({"lint", path("none.smtp")}), 2);
}

TEST_F(CommandLineTest, AnUnusableTargetIsStatus3) {
    small.folder().script("bad", "echo 'no licence' >&2; exit 9");
    EXPECT_EQ(smtpspec({"run", "--target", path("bad")}), 3);
    EXPECT_THAT(out, testing::AllOf(HasSubstr("no licence"), HasSubstr("3 more cases could not be run")));
}

TEST_F(CommandLineTest, ListsShowsAndCounts) {
    EXPECT_EQ(smtpspec({"list", "rfc5321/noop/works"}), 0);
    EXPECT_EQ(out, "rfc5321/noop/works\tSHOULD\t5321-4.5.1-noop\tNOOP is answered\n");
    EXPECT_EQ(smtpspec({"list", "--files"}), 0);
    EXPECT_EQ(out, "rfc5321/noop\n");
    EXPECT_EQ(smtpspec({"list", "--files", "rfc5321", "--exclude", "rfc5321/noop/*"}), 0);
    EXPECT_EQ(out, "");
    EXPECT_EQ(smtpspec({"list", "--json", "rfc5321/noop/works"}), 0);
    EXPECT_THAT(out, HasSubstr("\"citations\": [\"5321-4.5.1-noop\"]"));
    EXPECT_EQ(smtpspec({"show", "rfc5321/noop/every-verb"}), 0);
    EXPECT_THAT(out, testing::AllOf(HasSubstr("decision X5"), HasSubstr("fixture default\n\nscenario every-verb\n"),
                                    HasSubstr("[smtp.incoming]"), testing::Not(HasSubstr("scenario works"))));
    EXPECT_EQ(smtpspec({"coverage"}), 0);
    EXPECT_THAT(out, HasSubstr("3 of 3 in all"));
    EXPECT_EQ(smtpspec({"coverage", "--missing", "rfc5321/noop/works"}), 0);
    EXPECT_THAT(out, StartsWith("5321-4.1.1.5-rset\tMUST\t"));
}

TEST_F(CommandLineTest, NewWritesWhatLintTakes) {
    EXPECT_EQ(smtpspec({"new", "rfc5321/noop/again", "--cites", "5321-4.5.1-noop"}), 0) << err;
    EXPECT_EQ(smtpspec({"new", "mine/own/first", "--cites", "X5"}), 0) << err;
    EXPECT_EQ(smtpspec({"lint"}), 0) << err;
    EXPECT_THAT(out, HasSubstr("2 files, 6 cases"));
    EXPECT_EQ(smtpspec({"new", "rfc5321/noop/again"}), 2);
    EXPECT_EQ(smtpspec({"new", "../noop/again"}), 2);
    EXPECT_EQ(smtpspec({"new", "only/two"}), 2);
    EXPECT_EQ(smtpspec({"new", "a/b/c", "--cites", "X55"}), 2);
    EXPECT_THAT(err, HasSubstr("did you mean X5?"));
}

TEST_F(CommandLineTest, KnownFailuresAreExpectedUntilTheyPass) {
    const std::string file = path("known");
    EXPECT_EQ(smtpspec({"run", "--expectations", file}), 2) << "there is no such file";
    EXPECT_EQ(smtpspec({"run", "--expectations", file, "--update-expectations"}), 0);
    EXPECT_THAT(read_file(file), StartsWith("rfc5321/noop/refused 5321-4.1.1.5-rset "));
    EXPECT_EQ(smtpspec({"run", "--expectations", file}), 0);
    EXPECT_THAT(out, HasSubstr("1 known"));
    write_file(file, read_file(file) + "rfc5321/noop/works X5 because\n");
    EXPECT_EQ(smtpspec({"run", "--expectations", file}), 4);
    EXPECT_THAT(err, HasSubstr("stale expectation: rfc5321/noop/works"));
    EXPECT_EQ(smtpspec({"run", "--expectations", file, "--update-expectations"}), 0);
    EXPECT_EQ(smtpspec({"run", "--expectations", file}), 0);
}

TEST_F(CommandLineTest, ReplayAndCompareReadResults) {
    ASSERT_EQ(smtpspec({"run", "--json", path("a.json")}), 1);
    EXPECT_EQ(smtpspec({"replay", path("a.json"), "rfc5321/noop/refused"}), 1);
    EXPECT_THAT(out, HasSubstr("FAIL rfc5321/noop/refused"));
    EXPECT_EQ(smtpspec({"replay", path("a.json"), "rfc5321/noop/works"}), 0);
    EXPECT_EQ(smtpspec({"replay", path("a.json"), "rfc5321/noop/refuse"}), 2);
    EXPECT_THAT(err, HasSubstr("did you mean rfc5321/noop/refused?"));
    EXPECT_EQ(smtpspec({"compare", path("a.json"), path("a.json")}), 0);
    EXPECT_THAT(out, HasSubstr("0 of 4 cases differ"));
    EXPECT_EQ(smtpspec({"compare", path("none.json")}), 2);
}

}  // namespace
}  // namespace smtpspec::runner
