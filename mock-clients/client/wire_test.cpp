#include "client/wire.h"

#include "client/testing/scripted_server.h"
#include "client/testing/tls_peer.h"

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

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
