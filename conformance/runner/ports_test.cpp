#include "runner/ports.h"

#include "runner/network.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::Contains;
using testing::Not;

TEST(Ports, TwoRunsNeverMeet) {
    Ports ours;
    Ports theirs;
    std::set<std::uint16_t> ports;
    for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(ports.insert(ours.take()).second);
        EXPECT_TRUE(ports.insert(theirs.take()).second);
    }
}

TEST(Ports, ThatCameBackAreGivenAgainButNotSoon) {
    Ports ours;
    std::vector<std::uint16_t> once;
    for (int i = 0; i < 300; ++i) {
        once.push_back(ours.take());
    }
    for (const std::uint16_t port : once) {
        ours.give_back(port);
    }
    EXPECT_EQ(ours.take(), once[0]);
    for (int i = 1; i < 44; ++i) {
        EXPECT_EQ(ours.take(), once[static_cast<std::size_t>(i)]);
    }
    EXPECT_THAT(once, Not(Contains(ours.take()))) << "the last 256 rest";
}

TEST(Ports, ThatCameBackAndAreInUseAreNotGiven) {
    Ports ours;
    const TakenPort in_use;
    ours.give_back(in_use.port());
    for (int i = 0; i < 300; ++i) {
        ours.give_back(ours.take());
    }
    for (int i = 0; i < 100; ++i) {
        EXPECT_NE(ours.take(), in_use.port());
    }
}

TEST(PortLease, EndsWithTheObject) {
    std::set<std::uint16_t> ports;
    for (int i = 0; i < 2000; ++i) {
        ports.insert(PortLease().take());
    }
    EXPECT_LT(ports.size(), 500U);
}

TEST(PortLease, IsNoneThatClientsAreGiven) {
    unsigned first = 0;
    std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first;
    if (first < 11000) {
        GTEST_SKIP() << "the system leaves no room below";
    }
    EXPECT_LT(PortLease().take(), first);
}

TEST(TakenPort, Listens) {
    const TakenPort taken;
    EXPECT_NE(taken.port(), 0);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    EXPECT_EQ(probe({"127.0.0.1", taken.port(), false}, deadline).greeting, Greeting::silent);
    EXPECT_EQ(probe({"127.0.0.1", PortLease().take(), false}, deadline).greeting, Greeting::refused);
}

TEST(ConnectAddress, IsWhereClientsReachTheService) {
    EXPECT_EQ(connect_address(""), "127.0.0.1");
    EXPECT_EQ(connect_address("0.0.0.0"), "127.0.0.1");
    EXPECT_EQ(connect_address("::"), "::1");
    EXPECT_EQ(connect_address("127.0.0.5"), "127.0.0.5");
    EXPECT_EQ(connect_address("::1"), "::1");
    EXPECT_EQ(connect_address("localhost").substr(0, 4) == "127." || connect_address("localhost") == "::1", true);
    EXPECT_THROW(connect_address("no-such-host.invalid"), std::runtime_error);
}

}  // namespace
}  // namespace smtpspec::runner
