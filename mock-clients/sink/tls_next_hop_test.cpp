#include "sink/next_hop.h"
#include "sink/next_hop_harness.h"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

namespace smtpspec::sink {
namespace {

using client::NextHop;
using client::SunkMail;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

class TlsNextHopTest : public testing::Test {
protected:
    std::unique_ptr<NextHop> hop_ = client::start_next_hop({FIXTURE_CERTIFICATE, FIXTURE_KEY});
};

TEST_F(TlsNextHopTest, starttls) {
    TestClient client("127.0.0.2", hop_->port());
    client.reply();
    EXPECT_THAT(client.say("EHLO a"), HasSubstr("STARTTLS"));
    EXPECT_THAT(client.say("STARTTLS now"), StartsWith("501"));
    EXPECT_THAT(client.say("STARTTLS"), StartsWith("220"));
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
    SSL_set_fd(ssl.get(), client.socket());
    ASSERT_EQ(SSL_connect(ssl.get()), 1);
    const auto say = [&](const std::string& text) {
        SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
        std::string reply(4096, '\0');
        reply.resize(static_cast<std::size_t>(std::max(0, SSL_read(ssl.get(), reply.data(), 4096))));
        return reply;
    };
    EXPECT_THAT(say("MAIL FROM:<a@b>\r\n"), StartsWith("503")) << "what was said in clear is forgotten";
    const std::string offers = say("EHLO a\r\n");
    EXPECT_THAT(offers, StartsWith("250-"));
    EXPECT_THAT(offers, Not(HasSubstr("STARTTLS")));
    EXPECT_THAT(say("MAIL FROM:<a@b>\r\n"), StartsWith("250"));
    EXPECT_THAT(say("RCPT TO:<ann@x.remote.example>\r\n"), StartsWith("250"));
    EXPECT_THAT(say("DATA\r\n"), StartsWith("354"));
    EXPECT_THAT(say("a\r\n.\r\n"), StartsWith("250"));
    const std::vector<SunkMail> mails = hop_->mails("x.remote.example", 1, 0ms);
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_TRUE(mails[0].tls);
    EXPECT_THAT(say("QUIT\r\n"), StartsWith("221"));
    EXPECT_EQ(SSL_read(ssl.get(), std::string(1, ' ').data(), 1), 0);
    EXPECT_EQ(SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
}

TEST_F(TlsNextHopTest, nothing_may_come_between_STARTTLS_and_the_handshake) {
    TestClient client("127.0.0.2", hop_->port());
    client.reply();
    client.say("EHLO a");
    client.send("STARTTLS\r\nNOOP\r\n");
    EXPECT_THAT(client.reply(), StartsWith("220"));
    EXPECT_TRUE(client.ended());
}

TEST_F(TlsNextHopTest, what_is_no_handshake_ends_the_connection) {
    TestClient client("127.0.0.2", hop_->port());
    client.reply();
    client.say("EHLO a");
    EXPECT_THAT(client.say("STARTTLS"), StartsWith("220"));
    client.send("NOOP\r\nNOOP\r\n");
    client.receive(4096);
    EXPECT_TRUE(client.ended());
}

TEST_F(TlsNextHopTest, a_handshake_can_be_refused) {
    hop_->answer("", {"handshake", "", true, 1});
    TestClient client("127.0.0.2", hop_->port());
    client.reply();
    client.say("EHLO a");
    EXPECT_THAT(client.say("STARTTLS"), StartsWith("220"));
    client.send("\x16\x03\x01");
    EXPECT_TRUE(client.ended());
}

TEST(StartNextHop, needs_a_certificate_that_can_be_used) {
    EXPECT_THROW(client::start_next_hop({"/nowhere.pem", "/nowhere.pem"}), std::runtime_error);
    EXPECT_THROW(client::start_next_hop({FIXTURE_CERTIFICATE, FIXTURE_OTHER_KEY}), std::runtime_error);
}

}  // namespace
}  // namespace smtpspec::sink
