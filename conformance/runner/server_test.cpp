#include "runner/server.h"

#include "runner/testing/small_catalogue.h"

#include <gmock/gmock.h>
#include <signal.h>

namespace smtpspec::runner {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;
using Kind = StartResult::Kind;

class ServerTest : public testing::Test {
protected:
    Server& target(const std::string& body, const SettingMap& fixture = {}) {
        TargetOptions options;
        options.executable = small.folder().script("target", body);
        options.programs = TEST_PROGRAMS;
        options.ready_limit = milliseconds(5000);
        options.stop_grace = milliseconds(2000);
        options.cancelled = &cancelled;
        Surroundings around;
        around.free_port = [this] { return ports.take(); };
        around.taken_port = [this] { return taken.port(); };
        server.emplace(small.folder().path() / "run", compose(small.open().defaults(), fixture, {}),
                       std::vector<client::Account>{{"alice1", "p", "alice1@example.org"}}, around, options);
        return *server;
    }
    std::string file(const std::string& name) { return read_file(small.folder().path() / "run" / name); }

    SmallCatalogue small;
    PortLease ports;
    TakenPort taken;
    std::atomic<bool> cancelled{false};
    std::optional<Server> server;
};

TEST_F(ServerTest, IsReadyWhenItGreets) {
    const StartResult result = target("exec test-target greets").launch();
    EXPECT_EQ(result.kind, Kind::ready) << result.reason;
    EXPECT_EQ(result.greeting, "220 mail.example.org ESMTP TestTarget 1.0");
    EXPECT_EQ(server->died(milliseconds(0)), std::nullopt);
    EXPECT_EQ(file("accounts"), "alice1:p:alice1@example.org\n");
    EXPECT_THAT(file("settings.toml"), HasSubstr("listen_ip = \"127.0.0.1\""));
}

TEST_F(ServerTest, FindsItsFilesInTheEnvironmentAndRunsInTheWorkFolder) {
    target(
        "cmp \"$SMTPSPEC_ACCOUNTS_FILE\" ../accounts && cmp \"$SMTPSPEC_SETTINGS_FILE\" ../settings.toml &&"
        " [ -d \"$SMTPSPEC_MAILDIR_ROOT\" ] && [ \"$PWD\" = \"$SMTPSPEC_WORK_DIR\" ] && [ -z \"$(ls)\" ] &&"
        " exec test-target greets");
    const StartResult result = server->launch();
    EXPECT_EQ(result.kind, Kind::ready) << result.reason;
}

TEST_F(ServerTest, Status77SaysThatTheSettingsCannotBeExpressed) {
    const StartResult result = target("echo 'no range control here' >&2; echo more >&2; exit 77").launch();
    EXPECT_EQ(result.kind, Kind::unsupported);
    EXPECT_EQ(result.reason, "no range control here");
}

TEST_F(ServerTest, AnEarlyEndIsToldWithItsStatusAndWords) {
    const StartResult result = target("echo 'bad luck' >&2; exit 4").launch();
    EXPECT_EQ(result.kind, Kind::exited);
    EXPECT_THAT(result.reason, testing::AllOf(HasSubstr("exit status 4"), HasSubstr("bad luck")));
}

TEST_F(ServerTest, ATargetThatGoesToTheBackgroundIsToldSo) {
    EXPECT_THAT(target("exit 0").launch().reason, HasSubstr("foreground"));
}

TEST_F(ServerTest, NeverListeningEndsAtTheLimit) {
    Server& one = target("echo 'still thinking' >&2; exec sleep 60");
    one.set_ready_limit(milliseconds(200));
    const StartResult result = one.launch();
    EXPECT_EQ(result.kind, Kind::not_ready);
    EXPECT_THAT(result.reason, HasSubstr("; its program is sleeping, "));
    EXPECT_THAT(result.reason, testing::AllOf(HasSubstr("refuses connections"), HasSubstr("still thinking")));
}

TEST_F(ServerTest, SilenceIsNotReadiness) {
    Server& one = target("exec test-target silent");
    one.set_ready_limit(milliseconds(300));
    const StartResult result = one.launch();
    EXPECT_EQ(result.kind, Kind::not_ready);
    EXPECT_THAT(result.reason, HasSubstr("says nothing"));
}

TEST_F(ServerTest, ClosingWithoutAGreetingIsNotReadinessOfTheIncomingPort) {
    Server& one = target("exec test-target closes");
    one.set_ready_limit(milliseconds(300));
    EXPECT_EQ(one.launch().kind, Kind::not_ready);
}

TEST_F(ServerTest, AnInterruptionEndsTheWaiting) {
    Server& one = target("exec sleep 60");
    cancelled = true;
    EXPECT_EQ(one.launch().kind, Kind::cancelled);
}

TEST_F(ServerTest, TheOutgoingPortMayDisconnectAtOnceUnderAccessRules) {
    // The incoming port greets, the outgoing one closes.
    const std::string both =
        "test-target greets & SMTPSPEC_SMTP_INCOMING_PORT=$SMTPSPEC_SMTP_OUTGOING_PORT exec test-target closes";
    EXPECT_EQ(
        target(both, {{"smtp.outgoing.enabled", true}, {"smtp.outgoing.access.ip_range_control", true}}).launch().kind,
        Kind::ready);
    Server& open = target(both, {{"smtp.outgoing.enabled", true}});
    open.set_ready_limit(milliseconds(300));
    EXPECT_EQ(open.launch().kind, Kind::not_ready);
}

TEST_F(ServerTest, TellsWhenItHasDiedByItself) {
    target("exec test-target greets").launch();
    server->kill();
    EXPECT_EQ(server->died(milliseconds(0)), std::nullopt) << "it was told to";
    EXPECT_NO_THROW(server->start());
    EXPECT_THROW(server->start(), std::runtime_error) << "it runs already";
}

TEST_F(ServerTest, NothingOfItIsLeft) {
    target("sleep 60 & echo $! > pid; exec test-target greets").launch();
    const pid_t child = std::stoi(file("work/pid"));
    ASSERT_EQ(::kill(child, 0), 0);
    server.reset();
    const auto gone = [&] {
        return ::kill(child, 0) != 0 ||
               read_file("/proc/" + std::to_string(child) + "/stat").find(") Z") != std::string::npos;
    };
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!gone()) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
}

TEST_F(ServerTest, AStartThatMustFailIsWatched) {
    Server& one = target("echo 'smtp.incoming.port = 7: in use' >&2; exit 1");
    const auto ended = one.start_expecting_failure(milliseconds(5000));
    EXPECT_TRUE(ended.exited);
    EXPECT_EQ(ended.status, 1);
    EXPECT_EQ(ended.standard_error, "smtp.incoming.port = 7: in use\n");
    const auto still_there = target("exec sleep 60").start_expecting_failure(milliseconds(100));
    EXPECT_FALSE(still_there.exited);
    EXPECT_THAT(still_there.activity, StartsWith("sleeping, "));
}

TEST_F(ServerTest, AllThreadsOfAStartThatDoesNotFailAreToldOf) {
    const auto busy = target("exec test-target works").start_expecting_failure(milliseconds(50));
    EXPECT_FALSE(busy.exited);
    EXPECT_THAT(busy.activity, StartsWith("runnable, "));
}

TEST_F(ServerTest, AStartWithSettingsThatTheTargetCannotExpressIsToldApart) {
    Server& one = target("echo 'no ranges here' >&2; exit 77");
    EXPECT_THROW(one.start(), client::ServerControl::CannotExpress);
    EXPECT_EQ(one.start_expecting_failure(milliseconds(5000)).status, 77);
}

TEST_F(ServerTest, ChangedSettingsAreInTheFileAndPortsStay) {
    target("exec test-target greets").launch();
    const auto port = number(server->settings(), "smtp.incoming.port");
    server->change_setting("smtp.max_recipients_per_mail", "7");
    EXPECT_THAT(file("settings.toml"), HasSubstr("max_recipients_per_mail = 7"));
    EXPECT_EQ(number(server->settings(), "smtp.incoming.port"), port);
    server->change_setting("smtp.outgoing.port", "\"incoming\"");
    EXPECT_EQ(number(server->settings(), "smtp.outgoing.port"), port);
    EXPECT_THROW(server->change_setting("smtp.outgoing.port", "nonsense"), std::runtime_error);
}

TEST_F(ServerTest, QuotesStandardErrorFromAPositionOn) {
    Server& one = target("echo first >&2; exit 1");
    one.launch();
    const auto position = one.errors_size();
    EXPECT_EQ(one.errors_since(0), "first\n");
    one.launch();
    EXPECT_EQ(one.errors_since(position), "first\n");
    EXPECT_EQ(one.errors_since(0, 8), "first\n") << "whole lines only";
}

}  // namespace
}  // namespace smtpspec::runner
