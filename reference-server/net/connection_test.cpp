#include "net/connection.h"

#include "net/event_loops.h"
#include "net/listen_address.h"
#include "net/listener.h"

#include <thread>

#include <Poco/Net/ServerSocket.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace refserver::net {
namespace {

/// Repeats each octet it hears in upper case; closes after a line feed.
class Shouting final : public Conversation {
public:
    void opened(Connection& connection) override {
        connection_ = &connection;
        connection.send("hello\n");
    }
    void received(std::string_view octets) override {
        std::string answer;
        for (const char c : octets) answer += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        if (answer.ends_with("\n")) return connection_->finish(answer);
        connection_->send(answer);
    }
    void end_of_input() override { connection_->finish("end\n"); }
    std::size_t appetite() const override { return 4096; }
    void encrypted(std::string, std::string) override {}
    void deadline_passed() override {}
    void lost() override {}

private:
    Connection* connection_ = nullptr;
};

class ConnectionTest : public testing::Test {
protected:
    ConnectionTest() {
        auto socket = open_listener(access::IpAddress::parse("127.0.0.1"), 0);
        address = socket.address();
        Listener::start(loops.first(), std::move(socket), [this](Accepted accepted) {
            auto slot = cap->take();
            if (!slot) return;
            Connection::start(loops.first(), std::move(accepted.socket), std::move(slot), std::make_unique<Shouting>());
        });
        thread = std::thread([this] { loops.run(); });
    }
    ~ConnectionTest() override {
        loops.stop();
        thread.join();
    }

    /// All octets until the server closes.
    static std::string all(Poco::Net::StreamSocket& client) {
        std::string result;
        char buffer[4096];
        for (int got; (got = client.receiveBytes(buffer, sizeof buffer)) > 0;) result.append(buffer, got);
        return result;
    }

    EventLoops loops{2};
    std::shared_ptr<ConnectionCap> cap = ConnectionCap::make(1);
    Poco::Net::SocketAddress address;
    std::thread thread;
};

TEST_F(ConnectionTest, CarriesOctetsBothWaysAndCloses) {
    Poco::Net::StreamSocket client(address);
    client.sendBytes("abc\n", 4);
    EXPECT_EQ(all(client), "hello\nABC\n");
}

TEST_F(ConnectionTest, AnswersAClientThatHasClosedItsSide) {
    Poco::Net::StreamSocket client(address);
    client.sendBytes("abc", 3);
    client.shutdownSend();
    EXPECT_EQ(all(client), "hello\nABCend\n");
}

TEST_F(ConnectionTest, TheLastAnswerIsNotLostWhenInputIsUnread) {
    Poco::Net::StreamSocket client(address);
    // Beyond the appetite: octets are unread when the server finishes. A plain close would reset the connection.
    std::string input(4095, 'x');
    input += "\n" + std::string(100'000, 'y');
    client.sendBytes(input.data(), static_cast<int>(input.size()));
    const std::string answer = all(client);
    EXPECT_TRUE(answer.ends_with("X\n")) << answer.size();
}

TEST_F(ConnectionTest, AClientThatClosesGivesItsPlaceBackEachTime) {
    for (int i = 0; i < 200; ++i) {
        Poco::Net::StreamSocket client(address);
        client.sendBytes("\n", 1);
        ASSERT_EQ(all(client), "hello\n\n") << "round " << i;
    }
}

TEST_F(ConnectionTest, SendsMoreThanTheClientTakesAtOnce) {
    Poco::Net::StreamSocket client(address);
    const std::string input(3'000'000, 'a');
    std::thread sender([&] {
        client.sendBytes(input.data(), static_cast<int>(input.size()));
        client.shutdownSend();
    });
    const std::string answer = all(client);
    sender.join();
    EXPECT_EQ(answer.size(), std::string("hello\nend\n").size() + input.size());
}

}  // namespace
}  // namespace refserver::net
