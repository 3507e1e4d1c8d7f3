#include "outgoing-mail/schedule.h"

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using namespace std::chrono_literals;

constexpr Time start{std::chrono::milliseconds{1'700'000'000'000}};

TEST(Schedule, GivesWhatIsDueAndNothingEarlier) {
    Schedule s{2};
    EXPECT_EQ(s.next(), std::nullopt);
    s.add({"m1", "a.example"}, start + 10s);
    EXPECT_EQ(s.next(), start + 10s);
    EXPECT_EQ(s.take(start + 9999ms), std::nullopt);
    EXPECT_EQ(s.take(start + 10s), (Job{"m1", "a.example"}));
    EXPECT_EQ(s.take(start + 20s), std::nullopt);
    EXPECT_EQ(s.next(), std::nullopt);
}

TEST(Schedule, TheLongestDueComesFirst) {
    Schedule s{9};
    s.add({"m1", "a.example"}, start + 2s);
    s.add({"m2", "b.example"}, start + 1s);
    s.add({"m3", "c.example"}, start + 3s);
    EXPECT_EQ(s.take(start + 5s)->mail, "m2");
    EXPECT_EQ(s.take(start + 5s)->mail, "m1");
    EXPECT_EQ(s.take(start + 5s)->mail, "m3");
}

TEST(Schedule, KeepsToTheMostConnections) {
    Schedule s{2};
    s.add({"m1", "a.example"}, start);
    s.add({"m2", "b.example"}, start);
    s.add({"m3", "c.example"}, start);
    ASSERT_TRUE(s.take(start));
    ASSERT_TRUE(s.take(start));
    EXPECT_EQ(s.connections(), 2u);
    EXPECT_EQ(s.take(start), std::nullopt);
    EXPECT_EQ(s.next(), std::nullopt);
    s.connection_closed("a.example");
    EXPECT_EQ(s.next(), start);
    EXPECT_EQ(s.take(start)->mail, "m3");
}

TEST(Schedule, FewerConnectionsHoldAtOnce) {
    Schedule s{2};
    s.add({"m1", "a.example"}, start);
    s.add({"m2", "b.example"}, start);
    ASSERT_TRUE(s.take(start));
    s.max_connections(1);
    EXPECT_EQ(s.take(start), std::nullopt);
}

TEST(Schedule, AnOpenConnectionServesMoreMails) {
    Schedule s{9};
    s.add({"m1", "a.example"}, start);
    s.add({"m2", "a.example"}, start);
    ASSERT_TRUE(s.take(start));
    // The second mail first waits for that connection …
    EXPECT_EQ(s.take(start), std::nullopt);
    EXPECT_EQ(s.next(), start + Schedule::connection_patience);
    EXPECT_EQ(s.take_more("a.example", start)->mail, "m2");
    EXPECT_EQ(s.take_more("a.example", start), std::nullopt);
    EXPECT_EQ(s.connections(), 1u);
}

TEST(Schedule, ABusyConnectionHoldsNobodyUp) {
    Schedule s{9};
    s.add({"m1", "a.example"}, start);
    s.add({"m2", "a.example"}, start);
    ASSERT_TRUE(s.take(start));
    EXPECT_EQ(s.take(start + Schedule::connection_patience)->mail, "m2");
    EXPECT_EQ(s.connections(), 2u);
}

TEST(Schedule, ASlowDestinationDoesNotTakeAllConnections) {
    Schedule s{3};
    for (const char* mail : {"m1", "m2", "m3", "m4"}) s.add({mail, "slow.example"}, start);
    ASSERT_TRUE(s.take(start));
    s.add({"m5", "quick.example"}, start + 1s);
    EXPECT_EQ(s.take(start + 1s)->mail, "m5");
}

TEST(Schedule, TakesNothingMoreThatIsDueLater) {
    Schedule s{9};
    s.add({"m1", "a.example"}, start);
    s.add({"m2", "a.example"}, start + 1s);
    ASSERT_TRUE(s.take(start));
    EXPECT_EQ(s.take_more("a.example", start), std::nullopt);
    EXPECT_EQ(s.take_more("b.example", start), std::nullopt);
    EXPECT_EQ(s.take_more("a.example", start + 1s)->mail, "m2");
}

TEST(Schedule, TheEarlierTimeHolds) {
    Schedule s{9};
    s.add({"m1", "a.example"}, start + 10s);
    s.add({"m1", "a.example"}, start + 20s);
    EXPECT_EQ(s.next(), start + 10s);
    s.add({"m1", "a.example"}, start + 5s);
    EXPECT_EQ(s.next(), start + 5s);
    ASSERT_TRUE(s.take(start + 5s));
    EXPECT_EQ(s.next(), std::nullopt);
}

// RFC 6710 §5.1.
TEST(Schedule, OfWhatIsDueTheHighestPriorityComesFirst) {
    Schedule s{9};
    s.add({"low", "a.example"}, start, -3);
    s.add({"usual", "a.example"}, start);
    s.add({"high", "b.example"}, start + 1s, 4);
    s.add({"higher", "a.example"}, start + 2s, 5);
    EXPECT_EQ(s.take(start + 1s)->mail, "high");
    EXPECT_EQ(s.take(start + 1s)->mail, "usual");
    EXPECT_EQ(s.next(), start + Schedule::connection_patience);
    EXPECT_EQ(s.take_more("a.example", start + 2s)->mail, "higher");
    EXPECT_EQ(s.take_more("a.example", start + 2s)->mail, "low");
    EXPECT_EQ(s.next(), std::nullopt);
}

TEST(Schedule, AMailWithAPriorityIsForgotten) {
    Schedule s{9};
    s.add({"m1", "a.example"}, start + 1s, 4);
    s.add({"m1", "a.example"}, start, 4);
    s.remove("m1");
    EXPECT_EQ(s.next(), std::nullopt);
}

TEST(Schedule, ForgetsAMail) {
    Schedule s{9};
    s.add({"m1", "a.example"}, start);
    s.add({"m1", "b.example"}, start);
    s.add({"m2", "b.example"}, start);
    s.remove("m1");
    s.remove("m9");
    EXPECT_EQ(s.take(start)->mail, "m2");
    EXPECT_EQ(s.take(start), std::nullopt);
}

TEST(Schedule, CanBeEmptiedWhileConnectionsAreOpen) {
    Schedule s{2};
    s.add({"m1", "a.example"}, start);
    s.add({"m2", "a.example"}, start + 1s);
    ASSERT_TRUE(s.take(start));
    s.clear();
    EXPECT_EQ(s.next(), std::nullopt);
    EXPECT_EQ(s.connections(), 1u);
    s.connection_closed("a.example");
    EXPECT_EQ(s.connections(), 0u);
}

}  // namespace
}  // namespace refserver::outgoing_mail
