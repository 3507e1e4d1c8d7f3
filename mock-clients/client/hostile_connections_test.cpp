#include "client/testing/played.h"

#include <future>

#include <gmock/gmock.h>

/// Servers that end, refuse or block the connection.
namespace smtpspec::client::testing {
namespace {

using ::testing::HasSubstr;

const std::string greeting = "220 mail.example.org\r\n";

TEST(HostileConnections, nobody_listens) {
    const Played result = play(case_of("C: NOOP\nS: 250\n"), stage_on(dead_port()));
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_TRUE(result.connection_lost);
    EXPECT_THAT(result.reason, HasSubstr("no connection"));
}

TEST(HostileConnections, nobody_listens_where_a_greeting_is_judged) {
    const Played result = play(case_of("connect\nS: 220 or closed\n"), stage_on(dead_port()));
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("no connection"));
}

TEST(HostileConnections, never_greets) {
    ScriptedServer server([](Peer& peer) { peer.read_to_end(); });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("expected a greeting 220; got nothing in time"));
    EXPECT_FALSE(result.connection_lost);
    EXPECT_LT(result.duration, std::chrono::milliseconds(2000));
}

TEST(HostileConnections, greets_with_a_refusal) {
    ScriptedServer server([](Peer& peer) {
        peer.say("554 no service\r\n");
        peer.read_to_end();
    });
    EXPECT_EQ(played("C: NOOP\nS: 250\n", server).outcome, Outcome::inconclusive);
    EXPECT_EQ(played("S: 554\n", server).outcome, Outcome::passed);
}

TEST(HostileConnections, never_answers) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.read_to_end();
    });
    const Played result = played("C: NOOP\nS: 250 -- NOOP is answered\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_EQ(result.reason, "NOOP is answered: expected 250; got nothing in time");
    EXPECT_LT(result.duration, std::chrono::milliseconds(2000));
}

TEST(HostileConnections, closes_at_once) {
    ScriptedServer server([](Peer&) {});
    const Played lost = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(lost.outcome, Outcome::inconclusive);
    EXPECT_TRUE(lost.connection_lost);
    const Played judged = played("S: 421 or closed within 1s\n", server);
    EXPECT_EQ(judged.outcome, Outcome::passed) << text_of(judged);
}

TEST(HostileConnections, resets_at_once) {
    ScriptedServer server([](Peer& peer) { peer.reset(); });
    EXPECT_EQ(played("connect\nS: reset\n", server).outcome, Outcome::passed);
    EXPECT_EQ(played("connect\nS: closed\n", server).outcome, Outcome::passed);
    const Played result = played("connect\nS: 220\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_TRUE(result.connection_lost);
}

TEST(HostileConnections, a_close_is_no_reset) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
    });
    const Played result = played("C: NOOP\nS: reset\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected reset; got the end of the connection"));
}

TEST(HostileConnections, closes_in_the_middle_of_a_line) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("250 O");
    });
    const Played result = played("C: NOOP\nS: 250 or closed\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("the connection ended before the line did"));
}

TEST(HostileConnections, closes_in_the_middle_of_a_reply) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("250-mail.example.org\r\n250-SIZE\r\n");
    });
    const Played result = played("C: EHLO client.example\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("the connection ended in the middle of a reply"));
}

TEST(HostileConnections, says_why_and_resets) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("421 going down\r\n");
        peer.reset();
    });
    const Played result = played("C: NOOP\nS: 421\nS: closed\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(HostileConnections, goes_away_while_a_message_is_sent) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.read_until("DATA\r\n");
        peer.say("354 go\r\n421 no more\r\n");
    });
    const Played result = played("C: DATA\nS: 354\nsend message of 3000000 octets\nS: 421\nS: closed\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(HostileConnections, never_reads) {
    std::promise<void> judged;
    auto until_judged = judged.get_future().share();
    ScriptedServer server([until_judged](Peer& peer) {
        peer.say(greeting);
        until_judged.wait();
    });
    const Played result = played("send message of 16000000 octets\nS: 250\n", server);
    judged.set_value();
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected 250; got nothing in time, and it stopped reading"));
    EXPECT_LT(result.duration, std::chrono::seconds(5));
}

TEST(HostileConnections, talks_before_it_reads) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        // More than the buffers of both kernels hold: a client that only writes would never see the end of it.
        std::string replies;
        while (replies.size() < 200'000) replies += "250 OK, and this is quite a long text for a reply\r\n";
        for (int i = 0; i < 40 && peer.say(replies); ++i) {
        }
        peer.read_to_end();
    });
    const Played result = played("C: NOOP\nsend message of 8000000 octets\nS: 250\nclose\n", server);
    EXPECT_NE(result.outcome, Outcome::violated) << text_of(result);
    EXPECT_LT(result.duration, std::chrono::milliseconds(5000));
}

TEST(HostileConnections, reads_slowly_but_reads) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("354 go\r\n");
        char octets[64 * 1024];
        std::string last;
        while (!last.ends_with("\r\n.\r\n")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            const ssize_t got = ::read(peer.fd(), octets, sizeof octets);
            if (got <= 0) return;
            last = last.substr(last.size() - std::min<std::size_t>(last.size(), 5))
                       .append(octets, static_cast<std::size_t>(got));
        }
        peer.say("250 OK\r\n");
        peer.line();
        peer.say("221 bye\r\n");
    });
    const Played result = played("C: DATA\nS: 354\nsend message of 12000000 octets\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(HostileConnections, is_silent_to_the_fence_of_still_open) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.read_to_end();
    });
    const Played result = played("C= \"\"\nS: still open\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected still open; got nothing in time"));
}

TEST(HostileConnections, closes_at_the_fence_of_still_open) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
    });
    const Played result = played("C= \"\"\nS: still open\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_TRUE(result.connection_lost);
}

TEST(HostileConnections, half_closes_and_goes_on_reading) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.half_close();
        peer.read_to_end();
    });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_TRUE(result.connection_lost);
}

TEST(HostileConnections, never_answers_the_goodbye) {
    ScriptedServer server([](Peer& peer) {
        peer.say(greeting);
        peer.line();
        peer.say("250 OK\r\n");
        peer.read_to_end();
    });
    const Played result = played("C: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_LT(result.duration, std::chrono::milliseconds(1000));
}

TEST(HostileConnections, a_run_that_is_given_up_ends_at_once) {
    ScriptedServer server([](Peer& peer) { peer.read_to_end(); });
    Stage stage = stage_on(server.port());
    stage.timeout_scale = 10;
    std::atomic<bool> cancelled{false};
    stage.cancelled = &cancelled;
    std::thread canceller([&] {
        while (server.connections() == 0) std::this_thread::yield();
        cancelled = true;
    });
    const Played result = play(case_of("C: NOOP\nS: 250\n"), stage);
    canceller.join();
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("cancelled"));
    EXPECT_LT(result.duration, std::chrono::seconds(5));
}

}  // namespace
}  // namespace smtpspec::client::testing
