#include "outgoing-mail/stream.h"

#include "outgoing-mail/scratch_directory_test.h"
#include "outgoing-mail/tiny_next_hop_test.h"

#include <array>
#include <fstream>

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

namespace refserver::outgoing_mail {
namespace {

using testing::TinyNextHop;

/// A stream in TLS to a host whose certificate this system trusts, or not.
class CertificateOfANextHop : public ::testing::Test {
protected:
    CertificateOfANextHop() {
        say("");
        say("STARTTLS\r\n");
        stream_.start_tls(tls_, TinyNextHop::tls_name, deadline_, stop_);
    }
    ~CertificateOfANextHop() override { ::unsetenv("SSL_CERT_FILE"); }

    /// Writes, and reads a reply.
    void say(const std::string& command) {
        EXPECT_EQ(stream_.write_some(command), command.size());
        std::string reply;
        std::array<char, 512> octets{};
        while (!reply.ends_with('\n')) {
            ASSERT_EQ(wait_for(stream_.fd(), POLLIN, deadline_, stop_, true), Wake::ready);
            reply.append(octets.data(), stream_.read_some(octets).value_or(0));
        }
    }
    void trust(const std::string& certificate) {
        const std::filesystem::path file = scratch_.path() / "trusted.pem";
        std::ofstream(file) << certificate;
        ::setenv("SSL_CERT_FILE", file.c_str(), 1);
    }

    testing::ScratchDirectory scratch_;
    TinyNextHop host_{{}, "127.0.0.1", 0, true};
    StopSignal stop_;
    SteadyTime deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    TlsClient tls_;
    Stream stream_ = Stream::connect(Poco::Net::SocketAddress("127.0.0.1", host_.port()), deadline_, stop_);
};

TEST_F(CertificateOfANextHop, IsGoodForItsNameWhenItIsTrusted) {
    trust(host_.certificate());
    EXPECT_TRUE(stream_.verified_for(tls_, TinyNextHop::tls_name));
}

TEST_F(CertificateOfANextHop, IsNotGoodForAnotherName) {
    trust(host_.certificate());
    EXPECT_FALSE(stream_.verified_for(tls_, "other.example"));
    EXPECT_FALSE(stream_.verified_for(tls_, "127.0.0.1"));
}

TEST_F(CertificateOfANextHop, IsNotGoodWhenNobodyVouchesForIt) {
    const TinyNextHop stranger({}, "127.0.0.1", 0, true);
    trust(stranger.certificate());
    EXPECT_FALSE(stream_.verified_for(tls_, TinyNextHop::tls_name));
}

}  // namespace
}  // namespace refserver::outgoing_mail
