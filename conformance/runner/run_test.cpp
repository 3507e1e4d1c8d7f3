#include "runner/run.h"

#include "runner/grading.h"
#include "runner/server.h"
#include "runner/settings.h"
#include "runner/testing/small_catalogue.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* good = R"(scenario noop-works
  NOOP is answered
  cites 5321-4.1.1.5-rset
  C: NOOP
  S: 250

scenario noop-is-refused
  NOOP is refused
  cites 5321-4.1.1.5-rset
  C: NOOP
  S: 500 -- this server takes everything

scenario decided
  NOOP is refused, we decided
  cites X5
  C: NOOP
  S: 500

scenario precondition
  Not decided
  cites X5
  C: NOOP
  S? 500
  C: NOOP
  S: 250
)";

constexpr const char* deadly = R"(scenario kills
  The server lives on after this
  cites 5321-4.1.1.5-rset
  C: DIE
  S: 250
)";

class RunTest : public testing::Test {
protected:
    RunRecord run_all(const std::string& target, std::size_t jobs = 4) {
        options.target = small.folder().script("target", target);
        options.programs = TEST_PROGRAMS;
        options.jobs = jobs;
        options.cancelled = &cancelled;
        const Catalogue catalogue = small.open();
        const Selected selected = select(catalogue, {});
        EXPECT_THAT(selected.diagnostics, testing::SizeIs(0));
        return run(catalogue, selected.cases, options, [this](const Result&) { ++heard; });
    }
    static std::string statuses(const RunRecord& record) {
        std::string out;
        for (const Result& result : record.results) {
            out += (out.empty() ? "" : " ") + std::string(to_string(result.status));
        }
        return out;
    }

    SmallCatalogue small;
    RunOptions options;
    std::atomic<bool> cancelled{false};
    std::size_t heard = 0;
};

TEST_F(RunTest, EachCaseHasItsVerdictInTheOrderOfTheCatalogue) {
    small.scenarios("t/good", good);
    const RunRecord record = run_all("exec test-target greets");
    EXPECT_EQ(statuses(record), "pass fail warn error");
    EXPECT_EQ(heard, 4u);
    EXPECT_EQ(record.target_version, "ESMTP TestTarget 1.0");
    EXPECT_THAT(record.results[1].reason, HasSubstr("this server takes everything"));
    EXPECT_THAT(record.results[1].place, HasSubstr("good.smtp:11"));
    EXPECT_FALSE(record.results[0].transcript.empty()) << "passing cases have one, too";
}

TEST_F(RunTest, ADecisionBindsTheReferenceServer) {
    small.scenarios("t/good", good);
    options.reference = true;
    EXPECT_EQ(statuses(run_all("exec test-target greets")), "pass fail fail error");
}

TEST_F(RunTest, ADeathInTheMiddleIsAFailAndTheRunGoesOn) {
    small.scenarios("t/deadly", deadly).scenarios("t/good", good);
    const RunRecord record = run_all("exec test-target greets", 1);
    EXPECT_EQ(statuses(record), "fail pass fail warn error");
    EXPECT_THAT(record.results[0].reason, AllOf(HasSubstr("the server ended with exit status 3"), HasSubstr("saw:")));
    EXPECT_THAT(record.results[0].server_errors, HasSubstr("told to die"));
}

TEST_F(RunTest, WhoeverRanBesideIsNotBlamedForADeath) {
    std::string many = deadly;
    for (int i = 0; i < 30; ++i) {
        many += "\nscenario harmless-" + std::to_string(i) +
                "\n  NOOP is answered\n  cites 5321-4.1.1.5-rset\n  repeat 20\n    C: NOOP\n    S: 250\n  end\n";
    }
    small.scenarios("t/many", many);
    const RunRecord record = run_all("exec test-target greets", 8);
    EXPECT_EQ(record.count(Status::fail), 1u);
    EXPECT_EQ(record.results.front().status, Status::fail);
    EXPECT_EQ(record.count(Status::pass), 30u);
}

TEST_F(RunTest, Status77SkipsTheFixturesCases) {
    small.scenarios("t/good", good);
    const RunRecord record = run_all("echo 'cannot do that' >&2; exit 77");
    EXPECT_EQ(statuses(record), "skip skip skip skip");
    EXPECT_EQ(record.results[0].full_reason(), "unsupported-setting: cannot do that");
    EXPECT_EQ(exit_status(record), 77);
}

TEST_F(RunTest, AnEarlyEndIsAnErrorThatQuotesTheTarget) {
    small.scenarios("t/good", good);
    const RunRecord record = run_all("echo 'no luck' >&2; exit 1");
    EXPECT_EQ(statuses(record), "error error error error");
    EXPECT_THAT(record.results[3].reason, HasSubstr("no luck"));
    EXPECT_EQ(exit_status(record), 3);
}

TEST_F(RunTest, ATargetThatNeverListensIsNotWaitedForTwice) {
    std::string fixtures;
    for (int i = 1; i <= 40; ++i) {
        fixtures += "scenario with-" + std::to_string(i) +
                    "\n  NOOP\n  cites X5\n  set general.max_mail_size = " + std::to_string(i) +
                    "\n  C: NOOP\n  S: 250\n\n";
    }
    small.scenarios("t/fixtures", fixtures);
    options.timeout_scale = 0.05;  // Half a second for each start.
    const RunRecord record = run_all("exec sleep 60", 4);
    EXPECT_EQ(record.count(Status::error), 40u);
    EXPECT_LT(record.duration, seconds(5));
    EXPECT_THAT(record.results.back().reason, HasSubstr("refuses connections"));
}

TEST_F(RunTest, FailFastAndInterruptionLeaveTheRestOut) {
    small.scenarios("t/good", good);
    options.fail_fast = true;
    const RunRecord record = run_all("exec test-target greets", 1);
    EXPECT_EQ(statuses(record), "pass fail");
    EXPECT_EQ(record.not_run, 2u);
    cancelled = true;
    EXPECT_EQ(run_all("exec test-target greets", 1).not_run, 4u);
}

TEST_F(RunTest, RepeatsRunAgainWithAccountsOfTheirOwn) {
    small.scenarios("t/good", std::string(good).substr(0, std::string(good).find("scenario noop-is")));
    options.repeat = 3;
    const RunRecord record = run_all("test $(wc -l < \"$SMTPSPEC_ACCOUNTS_FILE\") = 1 && exec test-target greets");
    EXPECT_EQ(statuses(record), "pass pass pass");
}

TEST_F(RunTest, AServerThatRunsAlreadyIsTakenAsItIs) {
    small.scenarios("t/good", good);
    small.scenarios("t/other",
                    "scenario limit\n  One\n  cites X5\n  set smtp.max_recipients_per_mail = 1\n"
                    "  C: NOOP\n  S: 250\n\nscenario mail\n  Two\n  cites X5\n  given transaction to alice\n"
                    "  mailbox alice is empty\n\nscenario data\n  Three\n  cites X5\n"
                    "  given transaction to alice\n  C: DATA\n  S: 250\n");
    TargetOptions target;
    target.executable = small.folder().script("server", "exec test-target greets");
    target.programs = TEST_PROGRAMS;
    PortLease ports;
    Surroundings around;
    around.free_port = [&] { return ports.take(); };
    const SettingMap settings = compose(small.open().defaults(), {}, {});
    Server server(small.folder().path() / "server-run", settings, {}, around, target);
    ASSERT_EQ(server.launch().kind, StartResult::Kind::ready);
    options.running.emplace();
    options.running->incoming.address = "127.0.0.1";
    options.running->incoming.port = static_cast<std::uint16_t>(number(server.settings(), "smtp.incoming.port"));
    options.running->settings = settings;
    options.running->settings_given = true;
    RunRecord record = run_all("exit 1");
    EXPECT_EQ(statuses(record), "pass fail warn error skip skip skip");
    EXPECT_EQ(record.results[4].skip, SkipReason::fixture_differs);
    EXPECT_EQ(record.results[5].skip, SkipReason::mailbox_not_observable);
    EXPECT_EQ(record.results[6].skip, SkipReason::excluded);
    EXPECT_EQ(record.results[6].remedy, "--recipient ADDRESS") << record.results[6].reason;
    options.running->recipient = "me@example.org";
    record = run_all("exit 1");
    EXPECT_EQ(record.results[6].status, Status::pass) << record.results[6].reason;
    options.running->read_only = true;
    record = run_all("exit 1");
    EXPECT_EQ(record.results[6].remedy, "Without --read-only") << record.results[6].reason;
    server.terminate();
    options.timeout_scale = 0.05;
    record = run_all("exit 1");
    EXPECT_EQ(record.count(Status::error), 7u);
    EXPECT_THAT(record.results[0].reason, HasSubstr("no server greets"));
}

}  // namespace
}  // namespace smtpspec::runner
