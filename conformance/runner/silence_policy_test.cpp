#include "runner/silence_policy.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

client::Played played(std::vector<client::TranscriptEntry> events) {
    client::Played out;
    out.transcript = std::move(events);
    return out;
}

const client::TranscriptEntry greeting{0, "one", "received", "220 mail.example.org\r\n"};
const client::TranscriptEntry command{1, "one", "sent", "NOOP\r\n"};
const client::TranscriptEntry answer{2, "one", "received", "250 OK\r\n"};

void observe(SilencePolicy& policy, const client::Played& what, int times) {
    for (int i = 0; i < times; ++i) {
        policy.observe(what);
    }
}

TEST(SilencePolicy, GivesUpOnAServerThatAnswersNothing) {
    SilencePolicy policy;
    observe(policy, played({greeting, command}), SilencePolicy::enough - 1);
    EXPECT_EQ(policy.hopeless(), "");
    observe(policy, played({greeting, command, {3, "one", "received", "25"}}), 1);
    EXPECT_NE(policy.hopeless(), "");
}

TEST(SilencePolicy, OneAnswerIsEnough) {
    SilencePolicy policy;
    observe(policy, played({greeting, command}), 5);
    observe(policy, played({greeting, command, answer}), 1);
    observe(policy, played({greeting, command}), 100);
    EXPECT_EQ(policy.hopeless(), "");
}

TEST(SilencePolicy, WhereNothingWasAskedNothingIsMissing) {
    SilencePolicy policy;
    observe(policy, played({greeting}), 100);
    EXPECT_EQ(policy.hopeless(), "");
}

}  // namespace
}  // namespace smtpspec::runner
