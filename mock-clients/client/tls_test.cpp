#include "client/testing/played.h"
#include "client/testing/tls_peer.h"

#include <gmock/gmock.h>

namespace smtpspec::client::testing {
namespace {

using ::testing::HasSubstr;

const char* const over_starttls = "client one from 127.0.0.10 to incoming over starttls\n";
const char* const over_implicit = "client one from 127.0.0.10 to outgoing over implicit\n";

/// A server in clear up to the reply to STARTTLS.
void speak_clear(Peer& peer, const std::string& reply_to_starttls = "220 go\r\n") {
    peer.say("220 mail.example.org\r\n");
    peer.line();
    peer.say("250-mail.example.org\r\n250 STARTTLS\r\n");
    peer.line();
    peer.say(reply_to_starttls);
}

/// Answers inside of TLS until QUIT.
void speak_tls(Peer& peer, bool greet) {
    TlsPeer tls(peer);
    if (!tls.handshake()) return;
    if (greet) tls.say("220 mail.example.org\r\n");
    for (std::string line = tls.line(); !line.empty(); line = tls.line()) {
        const bool quit = line.starts_with("QUIT");
        tls.say(quit ? "221 bye\r\n" : "250-mail.example.org\r\n250 AUTH PLAIN\r\n");
        if (quit) return tls.say_goodbye();
    }
}

Played played_over_implicit(const std::string& lines, const ScriptedServer& server) {
    Stage stage = stage_on(dead_port());
    stage.implicit_tls_port = server.port();
    return play(case_of(over_implicit + lines), stage);
}

TEST(Tls, by_STARTTLS) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer);
        speak_tls(peer, false);
    });
    const Played result = played(
        std::string(over_starttls) + "C: EHLO a\nS: 250 with AUTH without STARTTLS\nC: QUIT\nS: 221\nS: closed\n",
        server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    const auto shown = std::find_if(result.transcript.begin(), result.transcript.end(),
                                    [](const auto& entry) { return entry.direction == "tls"; });
    ASSERT_NE(shown, result.transcript.end());
    EXPECT_THAT(shown->data, HasSubstr("TLSv1."));
}

TEST(Tls, the_alert_before_the_end) {
    const std::string quits = "S: 220\nC: QUIT\nS: 221\nS: closed with alert\n";
    ScriptedServer polite([](Peer& peer) { speak_tls(peer, true); });
    const Played result = played_over_implicit(quits, polite);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    ScriptedServer rude([](Peer& peer) {
        TlsPeer tls(peer);
        if (!tls.handshake()) return;
        tls.say("220 mail.example.org\r\n");
        tls.line();
        tls.say("221 bye\r\n");
    });
    EXPECT_EQ(played_over_implicit(quits, rude).outcome, Outcome::violated);
}

TEST(Tls, by_STARTTLS_leaves_the_greeting_to_who_asks_for_it) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer);
        speak_tls(peer, false);
    });
    const Played result = played(std::string(over_starttls) + "connect\nS: 220\nC: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(Tls, from_the_first_octet) {
    ScriptedServer server([](Peer& peer) { speak_tls(peer, true); });
    const Played result = played_over_implicit("S: 220\nC: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(Tls, carries_much) {
    ScriptedServer server([](Peer& peer) {
        TlsPeer tls(peer);
        if (!tls.handshake()) return;
        tls.say("220 hi\r\n");
        std::string line;
        while ((line = tls.line()) != ".\r\n") {
            if (line.empty()) return;
        }
        tls.say("250 OK\r\n");
        tls.line();
        tls.say("221 bye\r\n");
    });
    Stage stage = stage_on(dead_port());
    stage.implicit_tls_port = server.port();
    stage.timeout_scale = 1;
    const Played result = play(case_of(std::string(over_implicit) + "send message of 400000 octets\nS: 250\n"), stage);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(Tls, of_a_run_overrides_clients_in_clear) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer);
        speak_tls(peer, false);
    });
    Stage stage = stage_on(server.port());
    stage.channel = script::Channel::starttls;
    EXPECT_EQ(play(case_of("C: NOOP\nS: 250\n"), stage).outcome, Outcome::passed);
    ScriptedServer implicit([](Peer& peer) { speak_tls(peer, true); });
    stage.channel = script::Channel::implicit;
    stage.implicit_tls_port = implicit.port();
    const Played outgoing = play(case_of("client one from 127.0.0.10 to outgoing\nC: NOOP\nS: 250\n"), stage);
    EXPECT_EQ(outgoing.outcome, Outcome::passed) << text_of(outgoing);
    EXPECT_EQ(implicit.connections(), 1);
}

TEST(Tls, is_not_begun_with_octets_in_clear_left_over) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer, "220 go\r\n250 injected\r\n");
        peer.read_to_end();
    });
    const Played result = played(std::string(over_starttls) + "C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("octets in clear came after the reply to STARTTLS"));
}

TEST(Tls, that_is_refused) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer, "454 not now\r\n");
        peer.read_to_end();
    });
    const Played result = played(std::string(over_starttls) + "C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("to STARTTLS\\r\\n: expected 220; got 454 not now"));
}

TEST(Tls, that_is_no_TLS) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer);
        peer.say("this is no handshake\r\n");
        peer.read_to_end();
    });
    const Played result = played(std::string(over_starttls) + "C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
}

TEST(Tls, that_ends_in_the_handshake) {
    ScriptedServer server([](Peer& peer) { speak_clear(peer); });
    const Played result = played(std::string(over_starttls) + "C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("during the handshake"));
}

TEST(Tls, that_hangs_in_the_handshake) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer);
        peer.read_to_end();
    });
    const Played result = played(std::string(over_starttls) + "C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("not finished in time"));
    EXPECT_LT(result.duration, std::chrono::seconds(2));
}

/// Empty handshake messages of the server (HelloRequest, RFC 5246 §7.4.1.1), for ever.
TEST(Tls, that_talks_without_end_in_the_handshake) {
    ScriptedServer server([](Peer& peer) {
        speak_clear(peer);
        std::string records;
        while (records.size() < 60'000) records.append("\x16\x03\x03\x00\x01\x00", 6);
        while (peer.say(records)) {
        }
    });
    const Played result = played(std::string(over_starttls) + "C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_LT(result.duration, std::chrono::seconds(2));
}

TEST(Tls, that_turns_into_garbage) {
    ScriptedServer server([](Peer& peer) {
        TlsPeer tls(peer);
        if (!tls.handshake()) return;
        tls.say("220 hi\r\n");
        tls.line();
        peer.say("250 in clear\r\n");
        peer.read_to_end();
    });
    const Played result = played_over_implicit("C: NOOP\nS: 250 or closed\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("octets that are no TLS"));
}

std::string notes_of(const Played& result) {
    std::string notes;
    for (const auto& entry : result.transcript) notes += entry.data + "\n";
    return notes;
}

TEST(Tls, that_does_not_meet_a_demand_is_heard_as_the_end) {
    const auto behaviour = [](Peer& peer) {
        speak_clear(peer);
        speak_tls(peer, false);
    };
    const std::string starttls = "client one over plain\nC: EHLO a\nS: 250\nC: STARTTLS\nS: 220\n";
    ScriptedServer nameless(behaviour);
    const Played named = played(starttls + "start TLS for \"mail.example.org\"\nS: closed\n", nameless);
    EXPECT_EQ(named.outcome, Outcome::passed) << text_of(named);
    EXPECT_THAT(notes_of(named), HasSubstr("certificate is not for mail.example.org"));
    ScriptedServer unasking(behaviour);
    const Played anonymous = played(starttls + "start TLS anonymously\nC: NOOP\nS: 250\n", unasking);
    EXPECT_EQ(anonymous.outcome, Outcome::passed) << text_of(anonymous);
    ScriptedServer asking([](Peer& peer) {
        speak_clear(peer);
        TlsPeer tls(peer, TlsPeer::Wants::certificate);
        tls.handshake();
        peer.read_to_end();
    });
    const Played asked = played(starttls + "start TLS anonymously\nS: closed\n", asking);
    EXPECT_EQ(asked.outcome, Outcome::passed) << text_of(asked);
    EXPECT_THAT(notes_of(asked), HasSubstr("asks for a certificate"));
}

TEST(Tls, that_is_turned_away_before_the_handshake_is_heard_as_a_close) {
    ScriptedServer server([](Peer&) {});
    const Played result = played_over_implicit("connect\nS: closed\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

}  // namespace
}  // namespace smtpspec::client::testing
