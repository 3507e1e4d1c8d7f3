#include "meddler/meddler.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace smtpspec::meddler {
namespace {

/// A blocking socket with an end to every wait.
class Talker {
public:
    explicit Talker(int socket) : socket_(socket) {
        const timeval limit{10, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    void say(const std::string& text) { ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL); }
    /// Exactly so many octets, or what came before the end.
    std::string hear(std::size_t size) {
        std::string out(size, '\0');
        const ssize_t count = ::recv(socket_.get(), out.data(), size, MSG_WAITALL);
        out.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return out;
    }
    bool at_end() {
        char octet = 0;
        return ::recv(socket_.get(), &octet, 1, 0) == 0;
    }
    bool is_reset() {
        char octet = 0;
        return ::recv(socket_.get(), &octet, 1, 0) < 0 && errno == ECONNRESET;
    }
    void half_close() { ::shutdown(socket_.get(), SHUT_WR); }
    void abort() {
        const linger at_once{1, 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }
    void close() { socket_ = Descriptor(); }
    Address peer() const { return Address::peer_of(socket_.get()); }

private:
    Descriptor socket_;
};

/// A server's listener with a meddler before it, whose loop has a thread.
class MeddlerTest : public testing::Test {
protected:
    void start(Fault fault) {
        server_ = bound_to(listen_addresses("127.0.0.1", 0).front());
        ::fcntl(server_.get(), F_SETFL, 0);
        ASSERT_EQ(::listen(server_.get(), 8), 0);
        const Descriptor reserved = reserved_port(port_);
        meddler_ = std::make_unique<Meddler>(std::move(fault));
        meddler_->listen({{listen_addresses("127.0.0.1", port_).front(), Address::local_of(server_.get()).port(), false,
                           Side::clients}});
        ASSERT_EQ(::pipe(stop_), 0);
        loop_ = std::thread([this] {
            while (true) {
                std::vector<pollfd> events{{stop_[0], POLLIN, 0}};
                const int wait = meddler_->add_to(events);
                ::poll(events.data(), events.size(), wait);
                if (events[0].revents != 0) {
                    return;
                }
                meddler_->serve(events.data() + 1);
            }
        });
    }
    void TearDown() override {
        ::close(stop_[1]);
        loop_.join();
        ::close(stop_[0]);
    }
    Talker client(const std::string& from = "127.0.0.20") {
        Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const Address source = listen_addresses(from, 0).front();
        const Address there = listen_addresses("127.0.0.1", port_).front();
        EXPECT_EQ(::bind(socket.get(), source.get(), source.size), 0);
        EXPECT_EQ(::connect(socket.get(), there.get(), there.size), 0);
        return Talker(::dup(socket.get()));
    }
    Talker accepted() { return Talker(::accept4(server_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }

    Descriptor server_;
    std::uint16_t port_ = 0;
    std::unique_ptr<Meddler> meddler_;
    int stop_[2] = {-1, -1};
    std::thread loop_;
};

Fault nothing() {
    return {"none", {}, "", {}};
}

Fault wire(const WireChanges& changes) {
    return {"wire", {}, "", {}, changes};
}

TEST_F(MeddlerTest, PassesOctetsBothWays) {
    start(nothing());
    Talker here = client();
    Talker there = accepted();
    there.say("220 hello\r\n");
    EXPECT_EQ(here.hear(11), "220 hello\r\n");
    here.say("NOOP\r\n");
    EXPECT_EQ(there.hear(6), "NOOP\r\n");
}

TEST_F(MeddlerTest, TheServerSeesTheClientsAddress) {
    start(nothing());
    Talker here = client("127.0.0.77");
    EXPECT_EQ(accepted().peer().text(), "127.0.0.77");
}

TEST_F(MeddlerTest, MayHideTheClientsAddress) {
    start(wire({.hides_client = true}));
    Talker here = client("127.0.0.77");
    EXPECT_EQ(accepted().peer().text(), "127.0.0.1");
}

TEST_F(MeddlerTest, PassesEndsOn) {
    start(nothing());
    Talker here = client();
    Talker there = accepted();
    here.say("QUIT\r\n");
    here.half_close();
    EXPECT_EQ(there.hear(6), "QUIT\r\n");
    EXPECT_TRUE(there.at_end());
    there.say("221 bye\r\n");
    there.close();
    EXPECT_EQ(here.hear(9), "221 bye\r\n");
    EXPECT_TRUE(here.at_end());
}

TEST_F(MeddlerTest, PassesResetsOn) {
    start(nothing());
    Talker here = client();
    Talker there = accepted();
    here.abort();
    EXPECT_TRUE(there.is_reset());
    Talker second = client();
    accepted().abort();
    EXPECT_TRUE(second.is_reset());
}

TEST_F(MeddlerTest, ClosesBothSidesBehindAReply) {
    Fault fault = nothing();
    fault.changes = [] {
        Changes changes;
        changes.closes = [](const std::string& verb, const std::string&) { return verb == "NOOP"; };
        return changes;
    };
    start(fault);
    Talker here = client();
    Talker there = accepted();
    there.say("220 hello\r\n");
    here.say("NOOP\r\n");
    EXPECT_EQ(there.hear(6), "NOOP\r\n");
    there.say("250 ok\r\n");
    EXPECT_EQ(here.hear(19), "220 hello\r\n250 ok\r\n");
    EXPECT_TRUE(here.at_end());
    EXPECT_TRUE(there.at_end());
}

TEST_F(MeddlerTest, PassesMuchMoreThanABufferHolds) {
    start(nothing());
    Talker here = client();
    Talker there = accepted();
    std::string much(std::size_t{8} << 20, 'x');
    for (std::size_t i = 62; i < much.size(); i += 64) {
        much.replace(i, 2, "\r\n");
    }
    std::thread sender([&] { here.say(much); });
    const std::string got = there.hear(much.size());
    sender.join();
    EXPECT_TRUE(got == much);
}

}  // namespace
}  // namespace smtpspec::meddler
