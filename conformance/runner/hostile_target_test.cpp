#include "runner/reports/json_report.h"
#include "runner/testing/program_run.h"
#include "runner/testing/report_checks.h"
#include "runner/testing/small_catalogue.h"

#include <gmock/gmock.h>

/// `smtpspec run --target` against servers that attack it: whatever they do it ends in time, with a verdict and a
/// reason for each case, in bounded memory, with reports that hold nothing of their tricks, and leaves no process and
/// no file.
namespace smtpspec::runner {
namespace {

using testing::AnyOf;
using testing::Each;
using testing::IsEmpty;

constexpr const char* scenarios = R"(scenario noop
  NOOP is answered
  cites 5321-4.5.1-noop
  C: NOOP
  S: 250

scenario hello
  EHLO is answered
  cites 5321-4.1.1.5-rset
  given EHLO
  C: RSET
  S: 250

scenario mail
  A mail is kept
  cites 5321-4.1.1.5-rset
  given transaction to alice
  C: DATA
  S: 354
  send message
  S: 250
  mailbox alice has 1 message

scenario tls
  STARTTLS leads to TLS
  cites X5
  needs extension STARTTLS
  C: EHLO client.example
  S: 250
  C: STARTTLS
  S: 220
  start TLS
  C: NOOP
  S: 250
)";

struct Way {
    const char* name;
    int status;              ///< of smtpspec
    const char* verdicts{};  ///< first letters: of noop, hello, mail, tls; null: any
};
void PrintTo(const Way& way, std::ostream* out) {
    *out << way.name;
}

class HostileTarget : public testing::TestWithParam<Way> {};

TEST_P(HostileTarget, IsJudgedAndLeavesNothing) {
    SmallCatalogue small;
    small.scenarios("t/hostile", scenarios);
    small.folder().script("target", std::string("exec ") + TEST_PROGRAMS + "/hostile-target " + GetParam().name);
    const std::filesystem::path temporary = small.folder().path() / "temporary";
    std::filesystem::create_directory(temporary);
    ProgramRun smtpspec;
    smtpspec.folder = small.folder().path();
    smtpspec.environment = {{"SMTPSPEC_CATALOGUE", small.folder().path()}, {"TMPDIR", temporary}};
    smtpspec.arguments = {"run",    "--target", "./target", "--timeout-scale", "0.03",  "--jobs",
                          "4",      "--json",   "r.json",   "--junit",         "r.xml", "--html",
                          "r.html", "--tap",    "--github", "--verbose"};
    const auto began = std::chrono::steady_clock::now();
    smtpspec.run();
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(40));
    EXPECT_EQ(smtpspec.status, GetParam().status) << smtpspec.err;
    EXPECT_LT(smtpspec.peak_kilobytes, most_kilobytes);
    EXPECT_THAT(smtpspec.left_behind, IsEmpty());
    EXPECT_TRUE(std::filesystem::is_empty(temporary));

    const RunRecord record = read_json_report(smtpspec.file("r.json"), "r.json");
    ASSERT_EQ(record.results.size(), 4u);
    std::string verdicts;
    for (const Result& result : record.results) {
        verdicts += to_string(result.status)[0];
        EXPECT_EQ(result.reason.empty(), result.status == Status::pass) << result.id;
    }
    if (GetParam().verdicts) {
        EXPECT_EQ(verdicts, GetParam().verdicts) << smtpspec.err;
    }
    expect_harmless(smtpspec.out, "TAP and GitHub");
    expect_harmless(smtpspec.err, "terminal");
    expect_harmless(smtpspec.file("r.json"), "JSON");
    expect_harmless(smtpspec.file("r.xml"), "JUnit");
    expect_harmless(smtpspec.file("r.html"), "HTML");
    expect_results(smtpspec.out, record);
    expect_well_formed_xml(smtpspec.file("r.xml"));
    EXPECT_EQ(smtpspec.file("r.html").find("<script>alert"), std::string::npos);
}

const Way ways[] = {
    {"greets-garbage", 3},
    {"greets-endless-line", 3},
    {"greets-endless-reply", 3},
    {"greets-drop-by-drop", 3},
    {"greets-nothing", 3},
    {"greets-half-a-line", 3},
    {"greets-554", 3},
    {"greets-escapes-only", 3},
    {"greets-escapes", 3, "eeee"},
    {"greets-tls", 3},
    {"greets-http", 3},
    {"closes-at-once", 3},
    {"resets-at-once", 3},
    {"answers-garbage", 1},
    {"answers-nothing", 1},
    {"answers-drop-by-drop", 1},
    {"answers-endless-line", 1},
    {"answers-a-million-lines", 1},
    {"answers-line-ends", 1},
    {"answers-nul", 1},
    {"answers-escapes", 1},
    {"answers-echo", 1},
    {"answers-twice", 1},
    {"answers-thousandfold", 1},
    {"answers-half", 1, "wees"},
    {"closes-at-first-command", 1},
    {"resets-at-first-command", 1},
    {"half-closes", 1},
    {"stops-reading", 1},
    {"offers-escapes", 1},
    {"offers-nonsense", 0, "pppw"},
    {"offers-too-much", 1},
    {"tls-nothing", 0, "pppw"},
    {"tls-half-handshake", 0, "pppw"},
    {"tls-garbage", 0, "pppw"},
    {"tls-flood", 0, "pppw"},
    {"tls-alert", 0, "pppw"},
    {"tls-resets", 0, "pppw"},
    {"dies-at-connect", 3},
    {"dies-at-NOOP", 1},
    {"dies-at-EHLO", 1},
    {"dies-at-MAIL", 1},
    {"dies-at-RCPT", 1},
    {"dies-at-DATA", 1},
    {"dies-in-content", 1},
    {"dies-after-content", 1},
    {"dies-at-QUIT", 1},
    {"dies-at-STAR", 1},
    {"crashes-at-EHLO", 1},
    {"closes-in-content", 1},
    {"stores-a-pipe", 1},
    {"stores-a-device", 1},
    {"stores-a-circle", 1},
    {"stores-a-folder", 1},
    {"stores-sixteen-gigabytes", 1},
    {"stores-escapes", 1},
    {"removes-its-folders", 1},
    {"exits-at-once", 3},
    {"exits-well", 3},
    {"crashes-at-once", 3},
    {"exits-with-escapes", 3},
    {"cannot-with-escapes", 77},
    {"exits-after-a-flood", 3},
    {"never-listens", 3},
    {"never-accepts", 3},
    {"writes-junk", 0, "pppw"},
    {"floods-standard-output", 0, "pppw"},
    {"floods-standard-error", 0, "pppw"},
    {"floods-one-line", 0, "pppw"},
    {"ignores-term", 0, "pppw"},
    {"leaves-a-child", 0, "pppw"},
    {"leaves-fifty-children", 0, "pppw"},
    {"forks-for-each", 0, "pppw"},
    {"goes-to-the-background", 3},
    {"goes-to-a-session-of-its-own", 3},
    {"closes-its-standard-files", 0, "pppw"},
    {"stops-itself", 3},
};
INSTANTIATE_TEST_SUITE_P(Ways, HostileTarget, testing::ValuesIn(ways), [](const auto& test) {
    std::string name = test.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace smtpspec::runner
