#include "client/testing/played.h"
#include "client/testing/small_server.h"

#include <fstream>

#include <gmock/gmock.h>

/// What the statements of the language do, against a server that behaves.
namespace smtpspec::client::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> octets_of(const Played& result, const std::string& direction) {
    std::vector<std::string> found;
    for (const auto& entry : result.transcript) {
        if (entry.direction == direction) found.push_back(entry.data);
    }
    return found;
}

/// Keeps what it is sent, answers each line with 250 and QUIT with 221.
class Echo {
public:
    Echo()
        : server_([this](Peer& peer) {
              peer.say("220 mail.example.org\r\n");
              for (std::string line = peer.line(); !line.empty(); line = peer.line()) {
                  {
                      const std::lock_guard lock(mutex_);
                      octets_ += line;
                  }
                  if (line.ends_with("\n")) peer.say(line.starts_with("QUIT") ? "221 bye\r\n" : "250 OK\r\n");
              }
          }) {}

    ScriptedServer& server() { return server_; }
    std::string octets() const {
        const std::lock_guard lock(mutex_);
        return octets_;
    }

private:
    mutable std::mutex mutex_;
    std::string octets_;
    ScriptedServer server_;
};

TEST(Play, goes_through_a_dialogue) {
    SmallServer small({});
    const Played result = played(
        "given EHLO\n"
        "C: MAIL FROM:<$ann>\nS? 250\nC: RCPT TO:<$alice>\nS? 250\nC: DATA\nS: 354\n"
        "C| Subject: $marker\nC|\nC| ..text\nC| .\nS: 250 2.*.*\nC: FOO\nS: 500\n",
        small.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_FALSE(result.connection_lost);
    EXPECT_THAT(small.commands(), ElementsAre("EHLO client.example\r\n", "MAIL FROM:<ann1@one.remote.example>\r\n",
                                              "RCPT TO:<alice1@example.org>\r\n", "DATA\r\n", "FOO\r\n", "QUIT\r\n"));
    EXPECT_THAT(octets_of(result, "sent"), Contains("Subject: m4rk3r\r\n\r\n..text\r\n.\r\n"));
}

TEST(Play, keeps_a_transcript_with_source_port_and_marker) {
    SmallServer small({});
    const Played result = played("C: NOOP\nS: 250\n", small.server());
    EXPECT_THAT(octets_of(result, "note"), Contains("marker m4rk3r"));
    ASSERT_EQ(octets_of(result, "opened").size(), 1U);
    EXPECT_THAT(octets_of(result, "opened")[0],
                ::testing::ContainsRegex("^127\\.0\\.0\\.10:[0-9]+ to 127\\.0\\.0\\.1:[0-9]+$"));
    EXPECT_THAT(octets_of(result, "received"),
                ElementsAre("220 mail.example.org\r\n", "250 2.0.0 OK\r\n", "221 2.0.0 bye\r\n"));
    EXPECT_THAT(octets_of(result, "closed"), ElementsAre("by the client"));
}

TEST(Play, tells_the_statement_and_the_authors_words) {
    SmallServer small({});
    const Played result = played("C: NOOP\nS: 250\nC: FOO\nS: 250 -- FOO is a command\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_EQ(result.reason, "FOO is a command: expected 250; got 500 5.5.1 what");
    ASSERT_TRUE(result.at);
    EXPECT_EQ(result.at->line, 7);
}

TEST(Play, tells_the_title_where_there_are_no_words) {
    SmallServer small({});
    EXPECT_EQ(played("C: FOO\nS: 250\n", small.server()).reason,
              "The title of the case: expected 250; got 500 5.5.1 what");
}

TEST(Play, is_inconclusive_where_a_precondition_does_not_hold) {
    SmallServer small({});
    const Played result = played("C: FOO\nS? 250\nC: NOOP\nS: 500\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("expected 250; got 500"));
    ASSERT_TRUE(result.at);
    EXPECT_EQ(result.at->line, 5);
}

TEST(Play, takes_given_steps_for_preconditions) {
    ScriptedServer server([](Peer& peer) {
        peer.say("220 hi\r\n");
        peer.line();
        peer.say("250 hi\r\n");
        peer.line();
        peer.say("550 no\r\n");
        peer.read_to_end();
    });
    const Played result = played("given EHLO\ngiven transaction to alice\nC: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("MAIL FROM:<ann1@one.remote.example>` expected 250; got 550 no"));
}

TEST(Play, of_given_login_and_mail) {
    SmallServer small({});
    const Played result =
        played("given EHLO\ngiven login alice\ngiven mail to alice bob from ben\nC: NOOP\nS: 250\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(small.commands(),
                ElementsAre("EHLO client.example\r\n", "AUTH PLAIN AGFsaWNlMQBzZWNyZXQ=\r\n",
                            "MAIL FROM:<ben1@two.remote.example>\r\n", "RCPT TO:<alice1@example.org>\r\n",
                            "RCPT TO:<bob1@example.org>\r\n", "DATA\r\n", "NOOP\r\n", "QUIT\r\n"));
}

TEST(Play, sends_exact_octets) {
    Echo echo;
    const Played result = played("C= \"NOOP\\n\" \"\\x80\\0\\r\\n\"\nS: 250\nS: 250\n", echo.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(echo.octets(), std::string("NOOP\n\x80\0\r\nQUIT\r\n", 15));
}

TEST(Play, groups_lines_into_one_write) {
    Echo echo;
    const Played result = played("C| NOOP\nC| RSET\nS: 250\nS: 250\n", echo.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(octets_of(result, "sent"), ElementsAre("NOOP\r\nRSET\r\n", "QUIT\r\n"));
}

TEST(Play, sends_pieces_in_writes_of_their_own) {
    Echo echo;
    const Played result = played("C/ \"NO\" \"OP\\r\" \"\\n\"\nS: 250\nC/4: RSET\nS: 250\n", echo.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(octets_of(result, "sent"), ElementsAre("NO", "OP\r", "\n", "RSET", "\r\n", "QUIT\r\n"));
}

TEST(Play, segments_as_it_is_told) {
    const std::pair<Segmentation, std::vector<std::string>> wanted[] = {
        {Segmentation::whole, {"A\r\nB\r\n", "C\r\n"}},
        {Segmentation::lines, {"A\r\n", "B\r\n", "C\r\n"}},
        {Segmentation::split_crlf, {"A\r", "\nB\r", "\n", "C\r", "\n"}},
        {Segmentation::bytes, {"A", "\r", "\n", "B", "\r", "\n", "C", "\r", "\n"}},
        {Segmentation::coalesced, {"A\r\nB\r\nC\r\n"}}};
    for (const auto& [segmentation, writes] : wanted) {
        Echo echo;
        Stage stage = stage_on(echo.server().port());
        stage.segmentation = segmentation;
        const Played result = play(case_of("C| A\nC| B\nC: C\nS: 250\nS: 250\nS: 250\n"), stage);
        EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
        auto sent = octets_of(result, "sent");
        sent.pop_back();
        EXPECT_EQ(sent, writes) << static_cast<int>(segmentation);
        EXPECT_EQ(echo.octets(), "A\r\nB\r\nC\r\nQUIT\r\n");
    }
}

TEST(Play, of_several_clients_each_from_its_address) {
    Echo echo;
    const Played result = played(
        "client one from 127.0.0.20 to incoming\nclient two from 127.0.0.30 to outgoing\n"
        "one C: A\ntwo C: B\ntwo S: 250\none S: 250\nC: C\nS: 250\n",
        echo.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(echo.server().connections(), 2);
    const auto opened = octets_of(result, "opened");
    ASSERT_EQ(opened.size(), 2U);
    EXPECT_THAT(opened[0], HasSubstr("127.0.0.20:"));
    EXPECT_THAT(opened[1], HasSubstr("127.0.0.30:"));
}

TEST(Play, from_and_to_an_IPv6_address) {
    const auto greet = [](Peer& peer) {
        peer.say("220 hi\r\n");
        peer.read_to_end();
    };
    ScriptedServer server(greet, "::1");
    Stage stage = stage_on(server.port());
    stage.incoming_address = "::1";
    const Played explicit_origin = play(case_of("client one from ::1 to incoming\nS: 220\n"), stage);
    EXPECT_EQ(explicit_origin.outcome, Outcome::passed) << text_of(explicit_origin);
    EXPECT_THAT(octets_of(explicit_origin, "opened")[0], HasSubstr("[::1]:"));
    const Played default_origin = play(case_of("S: 220\n"), stage);
    EXPECT_EQ(default_origin.outcome, Outcome::passed) << text_of(default_origin);
    const Played impossible = play(case_of("client one from 127.0.0.20 to incoming\nS: 220\n"), stage);
    EXPECT_EQ(impossible.outcome, Outcome::inconclusive);
    EXPECT_THAT(impossible.reason, HasSubstr("cannot be reached from 127.0.0.20"));
}

TEST(Play, of_an_origin_that_is_not_here) {
    Echo echo;
    const Played result = played("client one from 192.0.2.1 to incoming\nC: NOOP\nS: 250\n", echo.server());
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_FALSE(result.connection_lost);
}

TEST(Play, repeats_and_counts) {
    Echo echo;
    const Played result = played("repeat 3\n  C: N$i\n  S: 250\nend\n", echo.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(echo.octets(), "N1\r\nN2\r\nN3\r\nQUIT\r\n");
}

TEST(Play, repeats_a_computed_number_of_times) {
    SmallServer small({});
    const Played result = played("given EHLO\nrepeat ${rcptmax - 1}\n  C: NOOP\n  S: 250\nend\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(small.commands(), ElementsAre("EHLO client.example\r\n", "NOOP\r\n", "NOOP\r\n", "QUIT\r\n"));
}

TEST(Play, knows_what_this_connection_was_offered) {
    SmallServer small({});
    const Played result =
        played("C: A ${size} ${rcptmax}\nS: 500\ngiven EHLO\nC: B ${size + 1} ${rcptmax}\nS: 500\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(small.commands(),
                ElementsAre("A 1000000 100\r\n", "EHLO client.example\r\n", "B 5001 3\r\n", "QUIT\r\n"));
}

TEST(Play, is_inconclusive_for_a_name_without_a_value) {
    SmallServer small({});
    Stage stage = stage_on(small.server().port());
    stage.accounts.clear();
    const Played result = play(case_of("C: X $alice.password\nS: 500\n"), stage);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    ASSERT_TRUE(result.at);
    EXPECT_EQ(result.at->line, 4);
}

TEST(Play, half_closes) {
    ScriptedServer server([](Peer& peer) {
        peer.say("220 hi\r\n");
        peer.read_to_end();
        peer.say("421 you left\r\n");
    });
    const Played result = played("C: NOOP\nhalf-close\nS: 421\nS: closed\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
}

TEST(Play, closes_and_aborts) {
    std::mutex mutex;
    std::vector<ssize_t> ends;
    ScriptedServer server([&](Peer& peer) {
        peer.say("220 hi\r\n");
        char octet;
        const ssize_t end = ::read(peer.fd(), &octet, 1);
        const std::lock_guard lock(mutex);
        ends.push_back(end);
    });
    EXPECT_EQ(played("connect\nS: 220\nclose\n", server).outcome, Outcome::passed);
    while (true) {
        const std::lock_guard lock(mutex);
        if (ends.size() == 1) break;
    }
    EXPECT_EQ(played("connect\nS: 220\nabort\n", server).outcome, Outcome::passed);
    while (true) {
        const std::lock_guard lock(mutex);
        if (ends.size() == 2) break;
    }
    EXPECT_THAT(ends, ElementsAre(0, -1));
}

TEST(Play, connects_again) {
    SmallServer small({});
    const Played result =
        played("repeat 5\n  connect\n  S: 220\n  C: QUIT\n  S: 221\n  S: closed\nend\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(small.server().connections(), 5);
}

TEST(Play, proves_that_a_connection_is_still_open) {
    SmallServer small({});
    const Played result = played("C: FOO\nS: 500\nS: still open\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(small.commands(), ElementsAre("FOO\r\n", "NOOP\r\n", "QUIT\r\n"));
}

TEST(Play, holds_a_reply_to_its_time) {
    ScriptedServer server([](Peer& peer) {
        peer.say("220 hi\r\n");
        peer.read_to_end();
    });
    const Played result = played("C: NOOP\nS: 421 within 2s\n", server);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected 421 within 2s; got nothing in time"));
    EXPECT_GE(result.duration, std::chrono::milliseconds(100));
    EXPECT_LT(result.duration, std::chrono::milliseconds(400));
}

TEST(Play, sends_messages_of_a_size_and_from_files) {
    TemporaryFolder folder;
    SmallServer small({.maildir_root = folder.path() / "mail", .trace = "", .unix_line_ends = false});
    std::filesystem::create_directories(folder.path() / "messages");
    const std::string content = ".\r\n..\r\na\n.b\r\nno end";
    std::ofstream(folder.path() / "messages" / "dots.eml", std::ios::binary) << content;
    Stage stage = stage_on(small.server().port());
    stage.messages = folder.path() / "messages";
    stage.maildir_root = folder.path() / "mail";
    script::Case script = case_of(
        "given EHLO\ngiven transaction to alice\ngiven DATA\nsend message of ${size - 1} octets\nS: 250\n"
        "given transaction to bob\ngiven DATA\nsend message dots.eml\nS: 250\n"
        "mailbox bob message 1 is as sent\nmailbox alice message 1 is as sent\n");
    const Played result = play(script, stage);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    const auto size_of_only_file = [&](const char* user) {
        return std::filesystem::file_size(*std::filesystem::directory_iterator(folder.path() / "mail" / user / "new"));
    };
    EXPECT_EQ(size_of_only_file("alice1"), 4999U);
    EXPECT_EQ(size_of_only_file("bob1"), content.size() + 2);
}

TEST(Play, knows_what_another_client_heard) {
    SmallServer small({});
    const Played result = played(
        "client one\nclient two\none C: NOOP\none S: 250\ntwo C: NOOP ${one.reply}\ntwo S: 250\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << result.reason;
    EXPECT_THAT(small.commands(), Contains("NOOP 2.0.0 OK\r\n"));
}

TEST(Play, is_inconclusive_without_the_message_file) {
    SmallServer small({});
    const Played result = played("given EHLO\ngiven DATA\nsend message absent.eml\nS: 250\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("absent.eml cannot be read"));
}

TEST(Play, leaves_out_cases_that_need_an_extension_nobody_offers) {
    SmallServer small({});
    const Played result = played("needs extension CHUNKING\nC: NOOP\nS: 250\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::not_offered);
    EXPECT_EQ(result.missing, "CHUNKING");
    EXPECT_THAT(small.commands(), ElementsAre("EHLO client.example\r\n", "QUIT\r\n"));
    EXPECT_EQ(played("needs extension SIZE=NONE\nC: NOOP\nS: 250\n", small.server()).missing, "SIZE=NONE");
    EXPECT_EQ(played("needs extension SIZE\nC: NOOP\nS: 250\n", small.server()).outcome, Outcome::passed);
}

TEST(Play, leaves_out_cases_that_look_where_nothing_can_be_seen) {
    SmallServer small({});
    const std::pair<const char*, const char*> wanted[] = {{"mailbox alice is empty\n", "mailbox"},
                                                          {"sink has no message for ann\n", "sink"},
                                                          {"dns ann fails\nC: NOOP\nS: 250\n", "sink"},
                                                          {"needs alone\nserver reload\nC: NOOP\nS: 250\n", "server"}};
    for (const auto& [lines, missing] : wanted) {
        const Played result = played(lines, small.server());
        EXPECT_EQ(result.outcome, Outcome::not_observable) << lines;
        EXPECT_EQ(result.missing, missing);
    }
    EXPECT_EQ(small.server().connections(), 0);
}

TEST(Play, lets_every_connection_of_a_client_do_the_same) {
    Echo echo;
    const Played result = played("client held to incoming times 3\nheld C: A\nheld S: 250\n", echo.server());
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(echo.server().connections(), 3);
    const Played failing = played("client held to incoming times 3\nheld C: A\nheld S: 550\n", echo.server());
    EXPECT_THAT(failing.reason, HasSubstr("expected 550; got 250 OK on connection held#1"));
}

TEST(Play, takes_silence_where_it_is_right) {
    ScriptedServer silent([](Peer& peer) { peer.read_to_end(); });
    EXPECT_EQ(played("connect\nS: 421 or silent within 1s\n", silent).outcome, Outcome::passed);
    EXPECT_EQ(played("connect\nS: 421\n", silent).outcome, Outcome::violated);
    SmallServer small({});
    const Played greeted = played("connect\nS: 421 or silent\n", small.server());
    EXPECT_EQ(greeted.outcome, Outcome::violated);
    EXPECT_THAT(greeted.reason, HasSubstr("expected 421 or silent; got 220 mail.example.org"));
}

TEST(Play, takes_half_a_reply_for_no_silence) {
    ScriptedServer server([](Peer& peer) {
        peer.say("22");
        peer.read_to_end();
    });
    EXPECT_EQ(played("connect\nS: silent\n", server).outcome, Outcome::violated);
}

TEST(Play, connects_until_it_is_greeted) {
    std::atomic<int> turned_away{0};
    ScriptedServer server([&](Peer& peer) {
        if (++turned_away <= 3) {
            peer.say("421 busy\r\n");
            return;
        }
        peer.say("220 hi\r\n");
        peer.line();
        peer.say("250 OK\r\n");
        peer.read_to_end();
    });
    const Played result = played("connect until 220\nC: NOOP\nS: 250\n", server);
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(turned_away, 4);
    ScriptedServer busy([](Peer& peer) { peer.say("421 busy\r\n"); });
    const Played never = played("connect until 220\n", busy);
    EXPECT_EQ(never.outcome, Outcome::violated);
    EXPECT_THAT(never.reason, HasSubstr("expected 220; got 421 busy"));
}

TEST(Play, leaves_out_cases_about_the_absence_of_what_is_offered) {
    SmallServer small({});
    const Played result = played("needs no extension SIZE\nC: NOOP\nS: 250\n", small.server());
    EXPECT_EQ(result.outcome, Outcome::not_offered);
    EXPECT_EQ(result.missing, "");
    EXPECT_EQ(played("needs no extension CHUNKING\nC: NOOP\nS: 250\n", small.server()).outcome, Outcome::passed);
}

}  // namespace
}  // namespace smtpspec::client::testing
