#include "net/tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace refserver::net {
namespace {

const std::string certificates = std::string(FIXTURES) + "/certificates/";
const std::string certificate = certificates + "server.pem";
const std::string key = certificates + "server-key.pem";

/// The client's side, over memory buffers, too.
class Client {
public:
    explicit Client(int highest_version = 0)
        : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), ssl_(SSL_new(context_.get()), &SSL_free) {
        if (highest_version != 0) {
            SSL_set_security_level(ssl_.get(), 0);
            SSL_set_min_proto_version(ssl_.get(), TLS1_VERSION);
            SSL_set_max_proto_version(ssl_.get(), highest_version);
        }
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl_.get());
    }
    void take(const std::string& wire) {
        BIO_write(SSL_get_rbio(ssl_.get()), wire.data(), static_cast<int>(wire.size()));
    }
    std::string wire() {
        char* data = nullptr;
        const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &data);
        std::string result(data, static_cast<std::size_t>(size));
        BIO_reset(SSL_get_wbio(ssl_.get()));
        return result;
    }
    bool handshake() { return SSL_do_handshake(ssl_.get()) == 1; }
    void write(const std::string& text) { SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())); }
    std::string read() {
        std::string result(100, '\0');
        const int got = SSL_read(ssl_.get(), result.data(), static_cast<int>(result.size()));
        result.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return result;
    }
    void shut_down() { SSL_shutdown(ssl_.get()); }
    bool told_of_the_end() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

class TlsTest : public testing::Test {
protected:
    Channel::State exchange(Client& client) {
        Channel::State state = Channel::State::handshake;
        for (int i = 0; i < 5; ++i) {
            client.handshake();
            const std::string from_client = client.wire();
            if (from_client.empty()) continue;
            std::string answer;
            state = channel->receive(from_client, plain, answer);
            client.take(answer);
        }
        return state;
    }
    TlsContext context{certificate, key};
    std::unique_ptr<Channel> channel = context.accept();
    std::string plain;
    std::string wire;
};

TEST_F(TlsTest, CarriesOctetsBothWays) {
    Client client;
    ASSERT_EQ(exchange(client), Channel::State::open);
    EXPECT_EQ(channel->version(), "TLSv1.3");
    EXPECT_NE(channel->cipher(), "");
    client.write("EHLO\r\n");
    EXPECT_EQ(channel->receive(client.wire(), plain, wire), Channel::State::open);
    EXPECT_EQ(plain, "EHLO\r\n");
    channel->send("250 ok\r\n", wire);
    client.take(wire);
    EXPECT_EQ(client.read(), "250 ok\r\n");
}

TEST_F(TlsTest, TakesTheWireOctetByOctet) {
    Client client;
    ASSERT_EQ(exchange(client), Channel::State::open);
    client.write("NOOP\r\n");
    for (const char octet : client.wire()) {
        EXPECT_EQ(channel->receive({&octet, 1}, plain, wire), Channel::State::open);
    }
    EXPECT_EQ(plain, "NOOP\r\n");
}

TEST_F(TlsTest, SpeaksTls12AndNothingOlder) {
    Client tls12(TLS1_2_VERSION);
    EXPECT_EQ(exchange(tls12), Channel::State::open);
    EXPECT_EQ(channel->version(), "TLSv1.2");

    channel = context.accept();
    Client tls11(TLS1_1_VERSION);
    EXPECT_EQ(exchange(tls11), Channel::State::broken);
}

TEST_F(TlsTest, SmtpInClearBreaksTheChannel) {
    EXPECT_EQ(channel->receive("EHLO client.example\r\n", plain, wire), Channel::State::broken);
    EXPECT_EQ(plain, "");
}

TEST_F(TlsTest, ABrokenChannelDoesNotDisturbAnother) {
    Client client;
    ASSERT_EQ(exchange(client), Channel::State::open);
    const auto other = context.accept();
    std::string ignored;
    ASSERT_EQ(other->receive("garbage, not TLS\r\n", ignored, ignored), Channel::State::broken);
    client.write("a");
    EXPECT_EQ(channel->receive(client.wire(), plain, wire), Channel::State::open);
    EXPECT_EQ(plain, "a");
}

TEST_F(TlsTest, BothSidesSayWhenTheyEnd) {
    Client client;
    ASSERT_EQ(exchange(client), Channel::State::open);
    client.shut_down();
    EXPECT_EQ(channel->receive(client.wire(), plain, wire), Channel::State::closed);
    channel->close(wire);
    client.take(wire);
    client.read();
    EXPECT_TRUE(client.told_of_the_end());
}

TEST(TlsContext, NamesTheFileThatCannotBeUsed) {
    const auto blamed = [](const std::string& chain, const std::string& private_key) {
        try {
            TlsContext(chain, private_key);
        } catch (const TlsError& e) {
            EXPECT_NE(std::string(e.what()), "");
            return e.about;
        }
        throw std::logic_error("taken");
    };
    EXPECT_EQ(blamed("/nonexistent.pem", key), TlsError::About::certificate);
    EXPECT_EQ(blamed(key, key), TlsError::About::certificate);
    EXPECT_EQ(blamed(certificate, "/nonexistent.pem"), TlsError::About::private_key);
    EXPECT_EQ(blamed(certificate, certificates + "next-hop-key.pem"), TlsError::About::private_key);
}

}  // namespace
}  // namespace refserver::net
