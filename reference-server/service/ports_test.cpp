#include "service/ports.h"

#include "net/listen_address.h"

#include <Poco/Net/NetException.h>
#include <gtest/gtest.h>

namespace refserver::service {
namespace {

/// Nothing runs the loop: whether the kernel takes a connection is all that counts here.
class PortsTest : public testing::Test {
protected:
    PortsTest() {
        settings.smtp.incoming = {.port = 0, .listen_ip = "127.0.0.1"};
        settings.smtp.outgoing.port = 0;
        settings.smtp.outgoing.listen_ip = "127.0.0.1";
        settings.smtp.outgoing.enabled = true;
    }
    void apply() { ports.apply(plan_sockets(settings, net::resolve_listen_address), 2); }
    static bool reachable(const std::string& endpoint) {
        try {
            const Poco::Net::StreamSocket client{Poco::Net::SocketAddress(endpoint)};
            return true;
        } catch (const Poco::Net::ConnectionRefusedException&) {
            return false;
        }
    }
    static std::uint16_t port_of(const std::string& endpoint) { return Poco::Net::SocketAddress(endpoint).port(); }

    settings::Settings settings;
    net::EventLoop loop;
    Ports ports{loop, [](const OpenPort&, const net::Accepted&) {}};
};

TEST_F(PortsTest, ListensOnEachService) {
    apply();
    EXPECT_TRUE(reachable(ports.incoming_endpoint()));
    EXPECT_TRUE(reachable(ports.outgoing_endpoint()));
    EXPECT_NE(ports.incoming_endpoint(), ports.outgoing_endpoint());
}

TEST_F(PortsTest, ASharedPortIsTheEndpointOfBoth) {
    const auto free = net::open_listener(access::IpAddress::parse("127.0.0.1"), 0).address().port();
    settings.smtp.incoming.port = free;
    settings.smtp.outgoing.port = free;
    apply();
    EXPECT_EQ(ports.incoming_endpoint(), ports.outgoing_endpoint());
}

TEST_F(PortsTest, AServiceThatIsTurnedOffStopsListening) {
    apply();
    const auto incoming = ports.incoming_endpoint();
    const auto outgoing = ports.outgoing_endpoint();
    settings.smtp.outgoing.enabled = false;
    apply();
    EXPECT_EQ(ports.outgoing_endpoint(), "off");
    EXPECT_FALSE(reachable(outgoing));
    EXPECT_EQ(ports.incoming_endpoint(), incoming);
    EXPECT_TRUE(reachable(incoming));
}

TEST_F(PortsTest, MovesFromOneAddressToAllOnTheSamePort) {
    apply();
    const auto port = port_of(ports.incoming_endpoint());
    settings.smtp.incoming = {.port = port, .listen_ip = ""};
    apply();
    EXPECT_TRUE(reachable("127.0.0.2:" + std::to_string(port)));
    settings.smtp.incoming.listen_ip = "127.0.0.2";
    apply();
    EXPECT_TRUE(reachable("127.0.0.2:" + std::to_string(port)));
    EXPECT_FALSE(reachable("127.0.0.1:" + std::to_string(port)));
}

TEST_F(PortsTest, WhenOneCannotOpenAllIsAsBefore) {
    apply();
    const auto incoming = ports.incoming_endpoint();
    const auto outgoing = ports.outgoing_endpoint();
    const auto taken = net::open_listener(access::IpAddress::parse("127.0.0.1"), 0);
    // The incoming socket has to close before the wildcard can open; then the outgoing one fails.
    settings.smtp.incoming = {.port = port_of(incoming), .listen_ip = ""};
    settings.smtp.outgoing.port = taken.address().port();
    try {
        apply();
        FAIL() << "opened a port that is in use";
    } catch (const StartUpError& e) {
        EXPECT_TRUE(
            std::string(e.what()).starts_with("smtp.outgoing.port = " + std::to_string(settings.smtp.outgoing.port)))
            << e.what();
    }
    EXPECT_EQ(ports.incoming_endpoint(), incoming);
    EXPECT_EQ(ports.outgoing_endpoint(), outgoing);
    EXPECT_TRUE(reachable(incoming));
    EXPECT_TRUE(reachable(outgoing));
    EXPECT_FALSE(reachable("127.0.0.2:" + std::to_string(port_of(incoming))));
}

TEST_F(PortsTest, AnAddressThatIsNotHereIsBlamedOnItsSetting) {
    settings.smtp.incoming.listen_ip = "192.0.2.77";
    try {
        apply();
        FAIL() << "bound";
    } catch (const StartUpError& e) {
        EXPECT_TRUE(std::string(e.what()).starts_with("smtp.incoming.listen_ip = \"192.0.2.77\": ")) << e.what();
    }
}

TEST_F(PortsTest, NothingListensAfterTheFirstStartHasFailed) {
    const auto free = net::open_listener(access::IpAddress::parse("127.0.0.1"), 0).address().port();
    const auto taken = net::open_listener(access::IpAddress::parse("127.0.0.1"), 0);
    settings.smtp.incoming.port = free;
    settings.smtp.outgoing.port = taken.address().port();
    EXPECT_THROW(apply(), StartUpError);
    EXPECT_FALSE(reachable("127.0.0.1:" + std::to_string(free)));
}

}  // namespace
}  // namespace refserver::service
