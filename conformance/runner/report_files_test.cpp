#include "runner/reports/json_report.h"
#include "runner/server.h"
#include "runner/testing/json_schema.h"
#include "runner/testing/program_run.h"
#include "runner/testing/report_checks.h"
#include "runner/testing/small_catalogue.h"

#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>

/// What `smtpspec run` writes, by each format's own rules, also where it cannot write all of it.
namespace smtpspec::runner {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* scenarios = R"(scenario passes
  NOOP is answered
  cites 5321-4.5.1-noop
  C: NOOP
  S: 250

scenario fails
  NOOP is refused <&"]]>
  cites 5321-4.1.1.5-rset
  risk denial-of-service
  C: NOOP
  S: 500

scenario warns
  NOOP is refused, too
  cites X5
  C: NOOP
  S: 500

scenario skips
  Not offered # here
  cites X5
  needs extension CHUNKING
  C: NOOP
  S: 250

scenario errs
  Not decided
  cites X5
  C: NOOP
  S? 500
  C: NOOP
  S: 250
)";

class ReportFiles : public testing::Test {
protected:
    ReportFiles() {
        small.scenarios("t/all", scenarios);
        target("greets");
        smtpspec.folder = small.folder().path();
        smtpspec.environment = {{"SMTPSPEC_CATALOGUE", small.folder().path()}};
    }
    void target(const std::string& mode) {
        small.folder().script("target", ": > " + (small.folder().path() / "working").string() + "\nexec " +
                                            TEST_PROGRAMS + "/test-target " + mode);
    }
    void run(std::vector<std::string> reports) {
        smtpspec.arguments = {"run", "--target", "./target"};
        smtpspec.arguments.insert(smtpspec.arguments.end(), reports.begin(), reports.end());
        smtpspec.run();
        EXPECT_THAT(smtpspec.left_behind, IsEmpty());
    }
    /// Runs a shell command in the folder of the test; its exit status.
    int shell(const std::string& command) {
        const std::string all = "cd " + small.folder().path().string() + " && " + command + " >checked 2>&1";
        return WEXITSTATUS(std::system(all.c_str()));
    }
    static bool is_there(const std::string& program) {
        return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
    }
    void expect_valid_json() {
        EXPECT_THAT(schema_violations(read_file(RESULTS_SCHEMA), smtpspec.file("r.json")), IsEmpty());
    }
    void expect_valid_junit() {
        if (is_there("xmllint")) {
            EXPECT_EQ(shell("xmllint --noout --schema " JUNIT_SCHEMA " r.xml"), 0) << smtpspec.file("checked");
        }
    }

    SmallCatalogue small;
    ProgramRun smtpspec;
};

TEST_F(ReportFiles, JsonIsValidByItsSchema) {
    run({"--json", "r.json"});
    expect_valid_json();
    const RunRecord record = read_json_report(smtpspec.file("r.json"), "r.json");
    EXPECT_EQ(record.results.size(), 5u);
}

TEST_F(ReportFiles, TheSchemaFindsWhatIsWrong) {
    run({"--json", "r.json"});
    const std::string good = smtpspec.file("r.json");
    const auto with = [&](const std::string& what, const std::string& by) {
        std::string bad = good;
        bad.replace(bad.find(what), what.size(), by);
        return schema_violations(read_file(RESULTS_SCHEMA), bad);
    };
    EXPECT_THAT(with("\"title\"", "\"tilte\""), testing::Contains(HasSubstr("has no title")));
    EXPECT_THAT(with("\"status\": \"pass\"", "\"status\": \"good\""),
                testing::Contains(HasSubstr("none of the words")));
    EXPECT_THAT(with("\"id\": \"t/all", "\"id\": \"T all"), testing::Contains(HasSubstr("does not match")));
    EXPECT_THAT(with("\"duration_ms\": ", "\"duration_ms\": -"), testing::Contains(HasSubstr("too small")));
    EXPECT_THAT(with("\"pass\": 1", "\"pass\": \"1\""), testing::Contains(HasSubstr("another type")));
}

TEST_F(ReportFiles, JunitIsValidByItsSchema) {
    if (!is_there("xmllint")) {
        GTEST_SKIP() << "xmllint is missing";
    }
    run({"--junit", "r.xml"});
    expect_valid_junit();
    small.folder().write("r.xml", "<testsuites name=\"x\"><testcase/></testsuites>");
    EXPECT_NE(shell("xmllint --noout --schema " JUNIT_SCHEMA " r.xml"), 0);
}

TEST_F(ReportFiles, HtmlIsWellFormed) {
    if (!is_there("xmllint")) {
        GTEST_SKIP() << "xmllint is missing";
    }
    run({"--html", "r.html"});
    // It is of the time before HTML 5: elements that it does not know are no errors.
    shell("xmllint --html --noout r.html");
    for (const std::string& line : split(smtpspec.file("checked"), '\n')) {
        EXPECT_TRUE(line.find("error") == std::string::npos || line.find(" invalid") != std::string::npos) << line;
    }
}

TEST_F(ReportFiles, TapIsReadByOthers) {
    if (!is_there("prove")) {
        GTEST_SKIP() << "prove is missing";
    }
    run({"--tap"});
    EXPECT_THAT(smtpspec.out, testing::StartsWith("TAP version 14\n1..5\n"));
    // Perl reads version 13, which has no other rules for what is written here.
    EXPECT_EQ(shell("sed 1d out >tap && prove --exec cat tap"), 1);
    const std::string read = smtpspec.file("checked");
    EXPECT_THAT(read, HasSubstr("Failed 2/5 subtests"));
    EXPECT_THAT(read, HasSubstr("Failed tests:  2, 5"));
    EXPECT_THAT(read, testing::Not(HasSubstr("Parse errors")));
}

TEST_F(ReportFiles, AClosedStandardOutputLeavesTheFiles) {
    smtpspec.standard_output = "";
    run({"--json", "r.json", "--junit", "r.xml", "--tap"});
    EXPECT_EQ(smtpspec.status, 2);
    EXPECT_THAT(smtpspec.err, HasSubstr("cannot write to standard output: Broken pipe"));
    expect_valid_json();
    expect_valid_junit();
}

TEST_F(ReportFiles, AFullStandardOutputIsSaid) {
    smtpspec.standard_output = "/dev/full";
    run({"--json", "r.json"});
    EXPECT_EQ(smtpspec.status, 2);
    EXPECT_THAT(smtpspec.err, HasSubstr("cannot write to standard output: No space left on device"));
    expect_valid_json();
}

TEST_F(ReportFiles, OneReportThatCannotBeWrittenLeavesTheOthers) {
    run({"--json", "/dev/full", "--junit", "r.xml"});
    EXPECT_EQ(smtpspec.status, 2);
    EXPECT_THAT(smtpspec.err, HasSubstr("cannot write /dev/full: No space left on device"));
    EXPECT_THAT(smtpspec.out, HasSubstr("5 cases: 1 passed"));
    expect_valid_junit();
}

TEST_F(ReportFiles, AFullDiskLeavesTheReportOfBefore) {
    run({"--json", "r.json"});
    const std::string before = smtpspec.file("r.json");
    smtpspec.longest_file = 1024;
    run({"--json", "r.json"});
    EXPECT_EQ(smtpspec.status, 2);
    EXPECT_THAT(smtpspec.err, HasSubstr("cannot write r.json"));
    EXPECT_EQ(smtpspec.file("r.json"), before);
    EXPECT_FALSE(std::filesystem::exists(small.folder().path() / "r.json.new"));
}

TEST_F(ReportFiles, AnUnwritableFileIsFoundBeforeTheRun) {
    run({"--json", "none/r.json"});
    EXPECT_EQ(smtpspec.status, 2);
    EXPECT_THAT(smtpspec.err, HasSubstr("cannot write the report none/r.json: No such file or directory"));
    EXPECT_FALSE(std::filesystem::exists(small.folder().path() / "working"));
}

/// Cases that wait long for a server that does not answer, interrupted.
class InterruptedRun : public ReportFiles, public testing::WithParamInterface<int> {};

TEST_P(InterruptedRun, LeavesValidReportsOfWhatWasDone) {
    smtpspec.signal_when_working = GetParam();
    small.folder().script("target", ": > " + (small.folder().path() / "working").string() + "\nexec " + TEST_PROGRAMS +
                                        "/hostile-target answers-nothing");
    run({"--json", "r.json", "--junit", "r.xml", "--html", "r.html", "--tap", "--timeout-scale", "5"});
    EXPECT_EQ(smtpspec.status, 128 + GetParam());
    expect_valid_json();
    expect_valid_junit();
    const RunRecord record = read_json_report(smtpspec.file("r.json"), "r.json");
    EXPECT_LT(record.results.size(), 5u);
    EXPECT_THAT(smtpspec.err, HasSubstr("not run"));
    EXPECT_THAT(smtpspec.out, testing::StartsWith("TAP version 14\n1.." + std::to_string(record.results.size())));
    EXPECT_THAT(smtpspec.file("r.html"), testing::EndsWith("</html>\n"));
}

/// A server that the kernel does not end with the runner, for it is not the process that the runner started.
class ImpatientlyInterruptedRun : public ReportFiles {
protected:
    ImpatientlyInterruptedRun() { smtpspec.signal_when_working = SIGTERM; }
    void server(const std::string& before) {
        small.folder().script("target", before + "\n" + TEST_PROGRAMS + "/hostile-target answers-nothing &\n: > " +
                                            (small.folder().path() / "working").string() + "\nwait");
    }
};

TEST_F(ImpatientlyInterruptedRun, EndsInOrderWhenTheSignalComesTwiceAtOnce) {
    // As from timeout(1), which signals the program and then its group.
    server("");
    smtpspec.again = {std::chrono::milliseconds(4), std::chrono::milliseconds(8)};
    run({"--json", "r.json", "--timeout-scale", "5"});
    EXPECT_EQ(smtpspec.status, 128 + SIGTERM);
    EXPECT_THAT(smtpspec.out, HasSubstr("not run"));
    expect_valid_json();
}

TEST_F(ImpatientlyInterruptedRun, EndsAtOnceAndWithItsServersWhenTheSignalComesAgain) {
    server("trap '' TERM");
    smtpspec.again = {std::chrono::milliseconds(1100)};
    const auto began = std::chrono::steady_clock::now();
    run({"--timeout-scale", "5"});
    EXPECT_EQ(smtpspec.status, 128 + SIGTERM);
    EXPECT_LT(std::chrono::steady_clock::now() - began, TargetOptions().stop_grace) << "it waited for the server";
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptedRun, testing::Values(SIGINT, SIGTERM, SIGHUP));

}  // namespace
}  // namespace smtpspec::runner
