#include "runner/reports/tap_report.h"

#include "runner/reports/github_report.h"
#include "runner/testing/example_run.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

TEST(TapReport, IsTap14) {
    EXPECT_EQ(tap_report(example_run()), R"(TAP version 14
1..6
ok 1 - rfc5321/rset/forgets
not ok 2 - rfc5321/rset/answers
  ---
  status: fail
  level: "MUST"
  message: "expected 250; got <500> & \"\u001b[31m\""
  citations:
    - "5321-4.1.1.5-rset"
  at: "rset.smtp:12"
  ...
ok 3 - rfc5321/noop/works
  ---
  status: warn
  level: "SHOULD"
  message: "late, 100% so"
  citations:
    - "5321-4.1.1.5-rset"
  ...
ok 4 - chunking/bdat/one # SKIP unsupported-extension: CHUNKING is not offered \# here
not ok 5 - rfc5321/noop/undecided
  ---
  status: error
  level: "MUST"
  message: "no 220"
  citations:
    - "5321-4.1.1.5-rset"
  ...
not ok 6 - rfc5321/rset/known # TODO until 2.0
  ---
  status: fail
  level: "MUST"
  message: "known failure (until 2.0): expected 250; got <500> & \"\u001b[31m\""
  citations:
    - "5321-4.1.1.5-rset"
  at: "rset.smtp:12"
  ...
)");
}

TEST(GithubReport, AnnotatesFindingsThatNobodyKnew) {
    EXPECT_EQ(github_report(example_run()),
              "::error file=rset.smtp,line=12,title=rfc5321/rset/answers::RSET forgets%0Aexpected 250; got <500> & "
              "\"\\x1b[31m\"\n"
              "::warning title=rfc5321/noop/works::RSET forgets%0Alate, 100%25 so\n"
              "::error title=rfc5321/noop/undecided::RSET forgets%0Ano 220\n");
}

}  // namespace
}  // namespace smtpspec::runner
