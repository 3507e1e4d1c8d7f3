#include "service/reception.h"

#include "net/listen_address.h"
#include "service/smtp_conversation.h"

#include <thread>

#include <Poco/Net/SocketImpl.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

namespace refserver::service {
namespace {

constexpr std::uint32_t cap = 2;

/// A server without mailboxes: sessions, caps and access over real connections.
class ReceptionTest : public testing::Test {
protected:
    ReceptionTest() {
        settings.general.primary_domain = "mail.example.org";
        settings.general.local_domains = {"example.org"};
        settings.smtp.incoming = {.port = 0, .listen_ip = "127.0.0.1"};
        settings.smtp.outgoing.listen_ip = "127.0.0.1";
        settings.smtp.outgoing.enabled = true;
        settings.smtp.outgoing.access.ip_range_control = true;
        settings.smtp.outgoing.access.ip_ranges = {"127.0.0.1-127.0.0.9"};
        sources.configuration.set(configure(settings, accounts::Directory::from({})));
        sources.local_addresses.set(std::make_shared<const std::set<access::IpAddress>>());
        ports.apply(plan_sockets(settings, net::resolve_listen_address), cap);
        incoming = ports.incoming_endpoint();
        outgoing = ports.outgoing_endpoint();
        thread = std::thread([this] { loops.run(); });
    }
    ~ReceptionTest() override {
        loops.stop();
        thread.join();
    }

    static Poco::Net::StreamSocket connect(const std::string& endpoint, const char* from = "127.0.0.1") {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress::IPv4);
        socket.impl()->bind(Poco::Net::SocketAddress(from, 0));
        socket.connect(Poco::Net::SocketAddress(endpoint));
        socket.setReceiveTimeout(Poco::Timespan(10, 0));
        return socket;
    }
    static std::string line(Poco::Net::StreamSocket& socket) {
        std::string result;
        char c = 0;
        while (!result.ends_with("\n") && socket.receiveBytes(&c, 1) == 1) result += c;
        return result;
    }
    static void expect_closed(Poco::Net::StreamSocket& socket) { EXPECT_EQ(line(socket), ""); }

    settings::Settings settings;
    Log log{LogFormat::json, "error"};
    PolicySources sources;
    net::EventLoops loops{2};
    net::WorkerPool pool{1, 10};
    Conversations conversations{loops};
    Seams seams;
    Services services{
        .log = log,
        .sources = sources,
        .conversations = conversations,
        .seams = seams,
        .commit = [](const routing::AcceptedMail&, std::string&) { return routing::CommitResult::failed; },
        .commits = pool,
        .logins = pool,
        .temporary_directory = testing::TempDir()};
    Reception reception{loops, services};
    Ports ports{loops.first(),
                [this](const OpenPort& port, net::Accepted accepted) { reception.receive(port, std::move(accepted)); }};
    std::string incoming;
    std::string outgoing;
    std::thread thread;
};

TEST_F(ReceptionTest, TheConnectionOverTheCapIsToldAndClosedAndTheOtherPortServes) {
    auto one = connect(incoming);
    auto two = connect(incoming);
    EXPECT_TRUE(line(one).starts_with("220 "));
    EXPECT_TRUE(line(two).starts_with("220 "));
    auto over = connect(incoming);
    EXPECT_TRUE(line(over).starts_with("421 4.3.2 "));
    expect_closed(over);
    auto other_port = connect(outgoing);
    EXPECT_TRUE(line(other_port).starts_with("220 "));
    one.sendBytes("QUIT\r\n", 6);
    EXPECT_TRUE(line(one).starts_with("221 "));
    auto next = connect(incoming);
    EXPECT_TRUE(line(next).starts_with("220 "));
}

TEST_F(ReceptionTest, WhoeverHangsUpMakesRoomForTheNextAtOnce) {
    auto held = connect(incoming);
    EXPECT_TRUE(line(held).starts_with("220 "));
    for (int i = 0; i < 300; ++i) {
        auto client = connect(incoming);
        ASSERT_TRUE(line(client).starts_with("220 ")) << "round " << i;
        // Half of them say something that is never answered to; all go without QUIT, some by reset.
        if (i % 2 == 0) client.sendBytes("NOOP\r\n", 6);
        if (i % 3 == 0) client.setLinger(true, 0);
        client.close();
    }
}

TEST_F(ReceptionTest, WhoeverIsDisconnectedByTheRulesIsToldAndTakesNoPlace) {
    for (std::uint32_t i = 0; i < 3 * cap; ++i) {
        auto outsider = connect(outgoing, "127.0.0.20");
        EXPECT_TRUE(line(outsider).starts_with("421 4.7.1 "));
        expect_closed(outsider);
    }
    auto one = connect(outgoing);
    auto two = connect(outgoing);
    EXPECT_TRUE(line(one).starts_with("220 "));
    EXPECT_TRUE(line(two).starts_with("220 "));
}

TEST_F(ReceptionTest, ShuttingDownSaysSoToIdleClients) {
    auto client = connect(incoming);
    EXPECT_TRUE(line(client).starts_with("220 "));
    conversations.for_each([](SmtpConversation& it) { it.shut_down(); });
    EXPECT_TRUE(line(client).starts_with("421 4.3.2 "));
    expect_closed(client);
}

}  // namespace
}  // namespace refserver::service
