#include "runner/child_process.h"

#include "runner/environment.h"
#include "runner/testing/temporary_folder.h"

#include <gmock/gmock.h>
#include <signal.h>

namespace smtpspec::runner {
namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

class ChildProcessTest : public testing::Test {
protected:
    ChildOptions options(const std::string& body) {
        return {folder.script("program", body),
                {"WORD=hello", "PATH=/usr/bin:/bin"},
                folder.path(),
                folder.path() / "out",
                folder.path() / "err"};
    }
    std::string output() { return read_file(folder.path() / "out"); }

    TemporaryFolder folder;
};

bool exists(pid_t pid) {
    return ::kill(pid, 0) == 0;
}

TEST_F(ChildProcessTest, RunsInItsFolderWithItsEnvironment) {
    ChildProcess child(options("echo $WORD; pwd; echo oops >&2; exit 3"));
    EXPECT_EQ(child.wait_until(Clock::now() + seconds(10)), 3);
    child.drain_output();
    EXPECT_EQ(output(), "hello\n" + folder.path().string() + "\n");
    EXPECT_EQ(read_file(folder.path() / "err"), "oops\n");
}

TEST_F(ChildProcessTest, LeadsAProcessGroupOfItsOwn) {
    ChildProcess child(options("exec sleep 60"));
    EXPECT_EQ(::getpgid(child.pid()), child.pid());
    EXPECT_EQ(child.status(), std::nullopt);
}

TEST_F(ChildProcessTest, StopsAllOfItsGroupAtOnceWhenTermIsHeeded) {
    ChildProcess child(options("sleep 60 & echo $! > child; echo ready > started; wait"));
    while (!std::filesystem::exists(folder.path() / "started")) {
        ASSERT_EQ(child.wait_until(Clock::now() + std::chrono::milliseconds(5)), std::nullopt);
    }
    const pid_t grandchild = std::stoi(read_file(folder.path() / "child"));
    ASSERT_TRUE(exists(grandchild));
    const auto began = Clock::now();
    EXPECT_EQ(child.stop(seconds(30)), 128 + SIGTERM);
    EXPECT_LT(Clock::now() - began, seconds(20));
    // The orphan is ended, and reaped by whoever inherits it: being a zombie is enough.
    while (exists(grandchild) &&
           read_file("/proc/" + std::to_string(grandchild) + "/stat").find(") Z") == std::string::npos) {
        ASSERT_LT(Clock::now() - began, seconds(20));
    }
}

TEST_F(ChildProcessTest, KillsWhatIgnoresTerm) {
    ChildProcess child(options("trap '' TERM; echo > started; while :; do sleep 1; done"));
    while (!std::filesystem::exists(folder.path() / "started")) {
        ASSERT_EQ(child.wait_until(Clock::now() + std::chrono::milliseconds(5)), std::nullopt);
    }
    EXPECT_EQ(child.stop(std::chrono::milliseconds(200)), 128 + SIGKILL);
}

TEST_F(ChildProcessTest, SaysWhyAProgramCannotBeExecuted) {
    ChildOptions missing = options("");
    missing.executable = folder.path() / "none";
    try {
        ChildProcess child(missing);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("none: No such file or directory"));
    }
}

TEST_F(ChildProcessTest, HasNoDescriptorsAndNoSignalMaskOfOurs) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    ChildProcess child(options("ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status"));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ASSERT_EQ(child.wait_until(Clock::now() + seconds(10)), 0);
    // Standard input, output, error and the folder that ls reads.
    child.drain_output();
    EXPECT_EQ(output(), "4\nSigBlk:\t0000000000000000\n");
}

TEST(DescribeStatus, NamesSignals) {
    EXPECT_EQ(describe_status(3), "exit status 3");
    EXPECT_THAT(describe_status(128 + SIGSEGV), testing::StartsWith("signal 11 ("));
}

}  // namespace
}  // namespace smtpspec::runner
