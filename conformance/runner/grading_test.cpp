#include "runner/grading.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

using client::Outcome;

client::Played played(Outcome outcome, const std::string& missing = "") {
    client::Played out;
    out.outcome = outcome;
    out.reason = "words";
    out.missing = missing;
    return out;
}

Status violated(const std::string& level, bool reference, bool strict) {
    return grade(played(Outcome::violated), level, {reference, strict}).status;
}

TEST(Grade, AViolationCountsByItsLevel) {
    for (const char* level : {"MUST", "MUST NOT", "IMPLIED", "DOCUMENTED"}) {
        EXPECT_EQ(violated(level, false, false), Status::fail) << level;
    }
    for (const char* level : {"SHOULD", "SHOULD NOT", "MAY"}) {
        EXPECT_EQ(violated(level, false, false), Status::warn) << level;
        EXPECT_EQ(violated(level, true, false), Status::warn) << level;
        EXPECT_EQ(violated(level, false, true), Status::fail) << level;
    }
}

TEST(Grade, ADecisionBindsTheReferenceServer) {
    EXPECT_EQ(violated("DECIDED", true, false), Status::fail);
    EXPECT_EQ(violated("DECIDED", false, false), Status::warn);
    EXPECT_EQ(violated("DECIDED", false, true), Status::fail);
}

TEST(Grade, OtherOutcomesDoNotDependOnTheLevel) {
    for (const char* level : {"MUST", "SHOULD", "DECIDED"}) {
        EXPECT_EQ(grade(played(Outcome::passed), level, {}).status, Status::pass);
        EXPECT_EQ(grade(played(Outcome::inconclusive), level, {}).status, Status::error);
    }
    EXPECT_EQ(grade(played(Outcome::passed), "MUST", {}).reason, "");
    EXPECT_EQ(grade(played(Outcome::inconclusive), "MUST", {}).reason, "words");
}

TEST(Grade, SkipsHaveATypedReason) {
    const auto reason = [](Outcome outcome, const char* missing) {
        const Grade out = grade(played(outcome, missing), "MUST", {});
        EXPECT_EQ(out.status, Status::skip);
        return out.skip;
    };
    EXPECT_EQ(reason(Outcome::not_offered, "CHUNKING"), SkipReason::unsupported_extension);
    EXPECT_EQ(reason(Outcome::not_observable, "mailbox"), SkipReason::mailbox_not_observable);
    EXPECT_EQ(reason(Outcome::not_observable, "sink"), SkipReason::mailbox_not_observable);
    EXPECT_EQ(reason(Outcome::not_observable, "server"), SkipReason::fixture_differs);
    EXPECT_EQ(reason(Outcome::not_observable, "setting"), SkipReason::unsupported_setting);
}

TEST(Grade, WhatIsOfferedIsNeverSkipped) {
    client::Played out = played(Outcome::not_offered, "CHUNKING");
    out.transcript = {{0, "", "received", "250-mail.example.org\r\n250-chunk"},
                      {1, "", "received", "ing\r\n250 HELP\r\n"}};
    EXPECT_EQ(grade(out, "SHOULD", {}).status, Status::fail);
    out.missing = "HEL";
    EXPECT_EQ(grade(out, "SHOULD", {}).status, Status::skip) << "a whole word only";
}

TEST(Offers, ReadsKeywordsOfServersRepliesOnly) {
    const std::vector<client::TranscriptEntry> entries = {
        {0, "", "sent", "250 SIZE\r\n"}, {0, "", "received", "250-x\r\n250-AUTH=LOGIN\r\n250 SIZE 5\r\n"}};
    EXPECT_TRUE(offers(entries, "size"));
    EXPECT_TRUE(offers(entries, "AUTH"));
    EXPECT_FALSE(offers(entries, "STARTTLS"));
    EXPECT_FALSE(offers(entries, ""));
    EXPECT_FALSE(offers({entries.front()}, "SIZE"));
}

RunRecord run_of(std::vector<Status> statuses, const std::string& known = "") {
    RunRecord run;
    for (const Status status : statuses) {
        Result result;
        result.status = status;
        if (status == Status::fail || status == Status::error) {
            result.known = known;
        }
        run.results.push_back(result);
    }
    return run;
}

TEST(ExitStatus, IsAsTheContractHasIt) {
    EXPECT_EQ(exit_status(run_of({Status::pass, Status::skip})), 0);
    EXPECT_EQ(exit_status(run_of({Status::pass, Status::warn})), 0);
    EXPECT_EQ(exit_status(run_of({Status::pass, Status::fail})), 1);
    EXPECT_EQ(exit_status(run_of({Status::pass, Status::error})), 1) << "undecided is not passed";
    EXPECT_EQ(exit_status(run_of({Status::error, Status::skip})), 3);
    EXPECT_EQ(exit_status(run_of({Status::skip, Status::skip})), 77);
    EXPECT_EQ(exit_status(run_of({})), 77);
}

TEST(ExitStatus, WithoutAServerNothingIsVerified) {
    RunRecord run = run_of({Status::pass, Status::fail, Status::error});
    run.server_was_ready = false;
    EXPECT_EQ(exit_status(run), 3);
    RunRecord failing_starts = run_of({Status::pass});
    failing_starts.server_was_ready = false;
    EXPECT_EQ(exit_status(failing_starts), 0) << "a selection of start-ups that must fail";
}

TEST(ExitStatus, KnownFailuresDoNotCount) {
    EXPECT_EQ(exit_status(run_of({Status::pass, Status::fail, Status::error}, "known")), 0);
    EXPECT_EQ(exit_status(run_of({Status::fail}, "known")), 0);
}

TEST(ExitStatus, AnUnfinishedRunIsNotGreen) {
    RunRecord run = run_of({Status::pass});
    run.not_run = 1;
    EXPECT_EQ(exit_status(run), 1);
}

}  // namespace
}  // namespace smtpspec::runner
