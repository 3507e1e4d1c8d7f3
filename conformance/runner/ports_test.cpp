#include "runner/ports.h"

#include "runner/network.h"

#include <fstream>
#include <set>

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

TEST(Ports, TwoRunsNeverMeet) {
    Ports ours;
    Ports theirs;
    std::set<std::uint16_t> ports;
    for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(ports.insert(ours.take()).second);
        EXPECT_TRUE(ports.insert(theirs.take()).second);
    }
}

TEST(FreePort, IsNoneThatClientsAreGiven) {
    unsigned first = 0;
    std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first;
    if (first < 11000) {
        GTEST_SKIP() << "the system leaves no room below";
    }
    EXPECT_LT(free_port(), first);
}

TEST(TakenPort, Listens) {
    const TakenPort taken;
    EXPECT_NE(taken.port(), 0);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    EXPECT_EQ(probe({"127.0.0.1", taken.port(), false}, deadline).greeting, Greeting::silent);
    EXPECT_EQ(probe({"127.0.0.1", free_port(), false}, deadline).greeting, Greeting::refused);
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
