#include "service/listen_plan.h"

#include "net/listen_address.h"

#include <gtest/gtest.h>

namespace refserver::service {
namespace {

const auto one = *access::IpAddress::parse("127.0.0.1");
const auto other = *access::IpAddress::parse("127.0.0.2");

class ListenPlan : public testing::Test {
protected:
    ListenPlan() {
        settings.smtp.incoming = {.port = 25, .listen_ip = ""};
        settings.smtp.outgoing.enabled = true;
        settings.smtp.outgoing.port = 2525;
    }
    std::vector<PlannedSocket> plan() const { return plan_sockets(settings, net::resolve_listen_address); }
    static void expect_roles(access::PortRoles roles, bool incoming, bool outgoing) {
        EXPECT_EQ(roles.incoming, incoming);
        EXPECT_EQ(roles.outgoing, outgoing);
    }
    settings::Settings settings;
};

TEST_F(ListenPlan, OutgoingOffMeansTheIncomingPortAlone) {
    settings.smtp.outgoing.enabled = false;
    settings.tls.implicit_port = 465;
    ASSERT_EQ(plan().size(), 1U);
    EXPECT_EQ(plan()[0].port, 25);
    expect_roles(plan()[0].roles, true, false);
}

TEST_F(ListenPlan, SplitPortsHaveOneRoleEach) {
    const auto sockets = plan();
    ASSERT_EQ(sockets.size(), 2U);
    expect_roles(sockets[0].roles_at(one), true, false);
    expect_roles(sockets[1].roles_at(one), false, true);
}

TEST_F(ListenPlan, ASharedPortIsOneSocketWithBothRoles) {
    settings.smtp.outgoing.port = 25;
    const auto sockets = plan();
    ASSERT_EQ(sockets.size(), 1U);
    expect_roles(sockets[0].roles_at(one), true, true);
    expect_roles(sockets[0].roles_at(other), true, true);
}

TEST_F(ListenPlan, NamesAndAddressesOfOnePlaceShareASocket) {
    settings.smtp.outgoing.port = 25;
    settings.smtp.incoming.listen_ip = net::resolve_listen_address("localhost")->to_string();
    settings.smtp.outgoing.listen_ip = "localhost";
    EXPECT_EQ(plan().size(), 1U);
}

TEST_F(ListenPlan, IncomingOnAllAndOutgoingOnOneAddressOfThePort) {
    settings.smtp.outgoing.port = 25;
    settings.smtp.outgoing.listen_ip = "127.0.0.1";
    const auto sockets = plan();
    ASSERT_EQ(sockets.size(), 1U);
    EXPECT_EQ(sockets[0].address, std::nullopt);
    expect_roles(sockets[0].roles_at(one), true, true);
    expect_roles(sockets[0].roles_at(other), true, false);
}

TEST_F(ListenPlan, OutgoingOnAllAndIncomingOnOneAddressOfThePort) {
    settings.smtp.outgoing.port = 25;
    settings.smtp.incoming.listen_ip = "127.0.0.1";
    const auto sockets = plan();
    ASSERT_EQ(sockets.size(), 1U);
    EXPECT_EQ(sockets[0].address, std::nullopt);
    expect_roles(sockets[0].roles_at(one), true, true);
    expect_roles(sockets[0].roles_at(other), false, true);
}

TEST_F(ListenPlan, TwoAddressesOfOnePortAreTwoSockets) {
    settings.smtp.outgoing.port = 25;
    settings.smtp.incoming.listen_ip = "127.0.0.1";
    settings.smtp.outgoing.listen_ip = "127.0.0.2";
    const auto sockets = plan();
    ASSERT_EQ(sockets.size(), 2U);
    EXPECT_EQ(sockets[0].address, one);
    expect_roles(sockets[0].roles_at(one), true, false);
    EXPECT_EQ(sockets[1].address, other);
    expect_roles(sockets[1].roles_at(other), false, true);
}

TEST_F(ListenPlan, TwoFreePortsAreNotOne) {
    settings.smtp.incoming.port = 0;
    settings.smtp.outgoing.port = 0;
    const auto sockets = plan();
    ASSERT_EQ(sockets.size(), 2U);
}

TEST_F(ListenPlan, ImplicitTlsServesOutgoingMail) {
    settings.tls.implicit_port = 465;
    const auto sockets = plan();
    ASSERT_EQ(sockets.size(), 3U);
    EXPECT_TRUE(sockets[2].implicit_tls);
    EXPECT_EQ(sockets[2].port, 465);
    expect_roles(sockets[2].roles, false, true);
}

TEST_F(ListenPlan, AnAddressThatDoesNotResolveNamesItsSetting) {
    settings.smtp.outgoing.listen_ip = "no-such-host.invalid";
    try {
        plan();
        FAIL() << "planned";
    } catch (const StartUpError& e) {
        EXPECT_TRUE(std::string(e.what()).starts_with("smtp.outgoing.listen_ip = \"no-such-host.invalid\": "));
    }
}

}  // namespace
}  // namespace refserver::service
