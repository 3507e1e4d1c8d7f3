#include "client/wire.h"

#include "client/testing/scripted_server.h"
#include "client/testing/tls_peer.h"

#include <vector>

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace smtpspec::client {
namespace {

using ::testing::ElementsAre;
using testing::Peer;
using testing::ScriptedServer;

Patience patience() {
    return Patience(Milliseconds(10'000));
}

Wire wire_to(const ScriptedServer& server) {
    return Wire::open("127.0.0.10", "127.0.0.1", server.port(), patience());
}

TEST(Wire, tells_every_terminator_and_the_end) {
    ScriptedServer server([](Peer& peer) { peer.say("a\r\nb\n\r\nc\rd"); });
    Wire wire = wire_to(server);
    const std::pair<const char*, Terminator> wanted[] = {
        {"a", Terminator::crlf}, {"b", Terminator::lf}, {"", Terminator::crlf}, {"c\rd", Terminator::none}};
    for (const auto& [octets, terminator] : wanted) {
        Line line;
        ASSERT_EQ(wire.read_line(line, 1000, patience()), Input::line);
        EXPECT_EQ(line.octets, octets);
        EXPECT_EQ(line.terminator, terminator);
    }
    Line line;
    EXPECT_EQ(wire.read_line(line, 1000, patience()), Input::closed);
    EXPECT_EQ(wire.read_line(line, 1000, patience()), Input::closed);
}

TEST(Wire, gives_up_on_a_line_longer_than_asked_for) {
    ScriptedServer server([](Peer& peer) {
        peer.say("12345678\r\n");
        peer.read_to_end();
    });
    Wire wire = wire_to(server);
    Line line;
    EXPECT_EQ(wire.read_line(line, 5, patience()), Input::too_long);
    EXPECT_EQ(wire.read_line(line, 100, patience()), Input::line);
}

TEST(Wire, sends_the_next_piece_only_after_the_peer_has_read_the_one_before) {
    std::vector<std::string> reads;
    ScriptedServer server([&reads](Peer& peer) {
        char buffer[100];
        for (ssize_t got = 0; (got = ::recv(peer.fd(), buffer, sizeof buffer, 0)) > 0;) {
            reads.emplace_back(buffer, static_cast<std::size_t>(got));
        }
        peer.say("end\r\n");
    });
    Wire wire = wire_to(server);
    for (const char* piece : {"a", "bc", "d", "\r", "\n"}) {
        wire.send(piece, Milliseconds(10'000), nullptr);
        wire.await_taken(patience());
    }
    wire.half_close();
    Line line;
    ASSERT_EQ(wire.read_line(line, 100, patience()), Input::line);
    EXPECT_THAT(reads, ElementsAre("a", "bc", "d", "\r", "\n"));
}

TEST(PeerQueue, tells_what_the_peer_has_not_read) {
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM, 0));
    const Endpoint any = resolve("127.0.0.1", 0).front();
    ASSERT_EQ(::bind(listener.get(), any.get(), any.length), 0);
    ASSERT_EQ(::listen(listener.get(), 1), 0);
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    const Connected client = connect("127.0.0.10", "127.0.0.1", ntohs(address.sin_port), patience());
    const Descriptor server(::accept(listener.get(), nullptr, nullptr));
    PeerQueue queue(client.local, client.peer);
    if (!queue.unread()) GTEST_SKIP() << "this kernel does not tell";
    ASSERT_EQ(::send(client.socket.get(), "abc", 3, 0), 3);
    EXPECT_EQ(queue.unread(), 3U);
    char octet = 0;
    ASSERT_EQ(::recv(server.get(), &octet, 1, 0), 1);
    EXPECT_EQ(queue.unread(), 2U);
}

TEST(Wire, starts_TLS_over_octets_in_clear_only_when_asked_to_forget_them) {
    ScriptedServer server([](Peer& peer) {
        peer.say("220 go\r\n250 injected\r\n");
        testing::TlsPeer tls(peer);
        if (tls.handshake()) tls.say("250 in TLS\r\n");
        peer.read_to_end();
    });
    Wire wire = wire_to(server);
    Line line;
    ASSERT_EQ(wire.read_line(line, 100, patience()), Input::line);
    EXPECT_THROW(wire.start_tls(patience()), TlsFailed);
    wire.start_tls(patience(), Wire::ClearOctets::forget);
    ASSERT_EQ(wire.read_line(line, 100, patience()), Input::line);
    EXPECT_EQ(line.octets, "250 in TLS");
}

}  // namespace
}  // namespace smtpspec::client
