#include "runner/reports/terminal_report.h"

#include "runner/testing/example_run.h"

#include <sstream>

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TerminalReport, TellsAFindingWithItsDialogue) {
    RunRecord run = example_run();
    run.results = {run.results[0], run.results[1]};
    EXPECT_EQ(terminal_report(run, example_requirements(), {}), R"(FAIL rfc5321/rset/answers
    RSET forgets
    MUST, RFC 5321 §4.1.1.5 (5321-4.1.1.5-rset): RSET forgets & goes on.
    risk: smuggling
  ! expected 250; got <500> & "\x1b[31m"
    at rset.smtp:12
       0.000 one -- opened 127.0.0.10:40001 to 127.0.0.1:25
       0.001 one C: RSET\r\n
       0.002 one S: 500-\xff\x1b\x00\r\n
       0.002 one S: 500 no\r\n
       0.004 one -- closed by the client
    the server's standard error:
      | about 40001

2 cases: 1 passed, 1 failed, 0 warned, 0 skipped, 0 undecided in 2.00 s (1 cases/s)
)");
}

TEST(TerminalReport, CountsEverything) {
    EXPECT_EQ(terminal_summary(example_run(), {}),
              "6 cases: 1 passed, 2 failed, 1 warned, 1 skipped (unsupported-extension 1), 1 undecided in 2.00 s "
              "(3 cases/s); 1 known\n");
}

TEST(TerminalReport, PassedSkippedAndKnownCasesAreForTheVerbose) {
    const std::string brief = terminal_report(example_run(), example_requirements(), {});
    EXPECT_THAT(brief, Not(HasSubstr("rset/forgets")));
    EXPECT_THAT(brief, Not(HasSubstr("rset/known")));
    const std::string verbose = terminal_report(example_run(), example_requirements(), {false, true});
    EXPECT_THAT(verbose, HasSubstr("PASS rfc5321/rset/forgets\n"));
    EXPECT_THAT(verbose, HasSubstr("SKIP chunking/bdat/one  unsupported-extension: CHUNKING"));
    EXPECT_THAT(verbose, HasSubstr("KNOWN rfc5321/rset/known  known failure (until 2.0)"));
}

TEST(TerminalReport, NoEscapeOfTheServersReachesTheTerminal) {
    EXPECT_THAT(terminal_report(example_run(), example_requirements(), {false, true}), Not(HasSubstr("\x1b")));
    EXPECT_THAT(terminal_report(example_run(), example_requirements(), {true, false}), HasSubstr("\x1b[1;31mFAIL"));
}

TEST(TerminalReport, OneCauseIsToldOnce) {
    RunRecord run = example_run();
    run.results = {run.results[4], run.results[4], run.results[4]};
    const std::string report = terminal_report(run, example_requirements(), {});
    EXPECT_EQ(report.find("ERROR"), report.rfind("ERROR"));
    EXPECT_THAT(report, HasSubstr("2 more cases could not be run for the same reason: no 220\n"));
}

TEST(Dialogue, ShowsTheEndAndCutsLongLines) {
    std::vector<client::TranscriptEntry> entries;
    for (int i = 0; i < 10; ++i) {
        entries.push_back({i, "", "sent", std::to_string(i) + std::string(300, 'x') + "\r\n"});
    }
    const std::string shown = dialogue(entries, 2);
    EXPECT_THAT(shown, testing::StartsWith("      (8 lines before)\n       0.008 C: 8xxx"));
    EXPECT_THAT(shown, HasSubstr("… (305 characters)"));
}

TEST(ProgressLine, ShowsHowFarItIs) {
    std::ostringstream out;
    ProgressLine line(out, 2);
    line.add(example_run().results[1]);
    line.add(example_run().results[0]);
    EXPECT_THAT(out.str(), HasSubstr("2/2, 1 failed  rfc5321/rset/forgets"));
    line.clear();
    EXPECT_THAT(out.str(), testing::EndsWith("\r\x1b[K"));
}

}  // namespace
}  // namespace smtpspec::runner
