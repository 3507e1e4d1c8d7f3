#include "meddler/dialogue.h"

#include <gtest/gtest.h>

namespace smtpspec::meddler {
namespace {

std::string taken(std::string& from) {
    return std::exchange(from, "");
}

/// After a greeting.
Dialogue greeted(Changes changes) {
    Dialogue out(std::move(changes));
    out.from_server("220 here\r\n");
    out.to_client().clear();
    return out;
}

Dialogue in_content(Changes changes) {
    Dialogue out = greeted(std::move(changes));
    out.from_client("DATA\r\n");
    out.from_server("354 go\r\n");
    out.to_client().clear();
    out.to_server().clear();
    return out;
}

Changes shouting_replies() {
    Changes changes;
    changes.reply = [](const std::string& verb, const std::string& reply) { return "[" + verb + "]" + reply; };
    return changes;
}

TEST(Dialogue, WithoutChangesPassesEverythingOn) {
    Dialogue dialogue{Changes{}};
    dialogue.from_server("220-a\r\n220 b\r\n");
    EXPECT_EQ(taken(dialogue.to_client()), "220-a\r\n220 b\r\n");
    dialogue.from_client("EHLO x\r\nMAIL FROM:<a@b>\r\nRC");
    dialogue.from_client("PT TO:<c@d>\r\n");
    EXPECT_EQ(taken(dialogue.to_server()), "EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
}

TEST(Dialogue, KeepsAnUnfinishedLineUntilItsEndOrTheClients) {
    Dialogue dialogue = greeted({});
    dialogue.from_client("NOO");
    EXPECT_EQ(dialogue.to_server(), "");
    dialogue.client_ended();
    EXPECT_EQ(dialogue.to_server(), "NOO");
}

TEST(Dialogue, LetsAnEndlessLineThrough) {
    Dialogue dialogue = greeted({});
    dialogue.from_client(std::string(10000, 'x'));
    EXPECT_EQ(dialogue.to_server().size(), 10000U);
}

TEST(Dialogue, KnowsWhichCommandAReplyAnswers) {
    Dialogue dialogue(shouting_replies());
    dialogue.from_server("220 a\r\n");
    dialogue.from_client("mail from:<>\r\nRSET\r\n");
    dialogue.from_server("250 b\r\n250-c\r\n250 d\r\n421 e\r\n");
    EXPECT_EQ(dialogue.to_client(), "[]220 a\r\n[MAIL]250 b\r\n[RSET]250-c\r\n250 d\r\n[-]421 e\r\n");
}

TEST(Dialogue, HidesTheRepliesToWhatTheClientDidNotSay) {
    Changes changes = shouting_replies();
    changes.command = [](const std::string& line) { return "RSET\r\n" + line; };
    Dialogue dialogue = greeted(changes);
    dialogue.from_client("NOOP\r\n");
    EXPECT_EQ(taken(dialogue.to_server()), "RSET\r\nNOOP\r\n");
    dialogue.from_server("250 reset\r\n250 noop\r\n");
    EXPECT_EQ(dialogue.to_client(), "[NOOP]250 noop\r\n");
}

TEST(Dialogue, WhatFollowsDataWaitsForThe354) {
    Dialogue dialogue = greeted(shouting_replies());
    dialogue.from_client("DATA\r\nRSET\r\n.\r\nNOOP\r\n");
    EXPECT_EQ(taken(dialogue.to_server()), "DATA\r\n");
    dialogue.from_server("354 go\r\n");
    EXPECT_EQ(taken(dialogue.to_server()), "RSET\r\n.\r\nNOOP\r\n");
    dialogue.from_server("250 stored\r\n250 noop\r\n");
    EXPECT_EQ(dialogue.to_client(), "[DATA]354 go\r\n[.]250 stored\r\n[NOOP]250 noop\r\n");
}

TEST(Dialogue, ARefusedDataIsFollowedByCommands) {
    Dialogue dialogue = greeted(shouting_replies());
    dialogue.from_client("DATA\r\nRSET\r\n");
    dialogue.from_server("503 no\r\n");
    EXPECT_EQ(dialogue.to_server(), "DATA\r\nRSET\r\n");
    dialogue.from_server("250 reset\r\n");
    EXPECT_EQ(dialogue.to_client(), "[DATA]503 no\r\n[RSET]250 reset\r\n");
}

TEST(Dialogue, FindsTheEndOfTheContentWhereverItIsCut) {
    const std::string content = "a\r\n..\r\n.\r\n";
    for (std::size_t cut = 0; cut <= content.size(); ++cut) {
        Dialogue dialogue = in_content(shouting_replies());
        dialogue.from_client(content.substr(0, cut));
        EXPECT_EQ(dialogue.to_server(), content.substr(0, cut));
        dialogue.from_client(content.substr(cut) + "RSET\r\n");
        EXPECT_EQ(dialogue.to_server(), content + "RSET\r\n");
        dialogue.from_server("250 a\r\n250 b\r\n");
        EXPECT_EQ(dialogue.to_client(), "[.]250 a\r\n[RSET]250 b\r\n") << cut;
    }
}

TEST(Dialogue, ContentMayBeNothingButTheDot) {
    Dialogue dialogue = in_content(shouting_replies());
    dialogue.from_client(".\r\nQUIT\r\n");
    dialogue.from_server("250 a\r\n221 b\r\n");
    EXPECT_EQ(dialogue.to_client(), "[.]250 a\r\n[QUIT]221 b\r\n");
}

TEST(Dialogue, ChangesContentAsAWhole) {
    Changes changes;
    changes.raw_content = [](const std::string& octets) { return replaced(octets, "\n.\n", "\r\n.\r\n"); };
    Dialogue dialogue = in_content(changes);
    dialogue.from_client("a\n");
    EXPECT_EQ(dialogue.to_server(), "");
    dialogue.from_client(".\nb\r\n.\r\n");
    EXPECT_EQ(dialogue.to_server(), "a\r\n.\r\nb\r\n.\r\n");
}

TEST(Dialogue, AChunkIsNoCommand) {
    Changes changes = shouting_replies();
    changes.chunk = [](const std::string& octets) { return upper(octets); };
    Dialogue dialogue = greeted(changes);
    dialogue.from_client("BDAT 8 LAST\r\nrset");
    dialogue.from_client("\r\nx\nNOOP\r\n");
    EXPECT_EQ(dialogue.to_server(), "BDAT 8 LAST\r\nRSET\r\nX\nNOOP\r\n");
    dialogue.from_server("250 a\r\n250 b\r\n");
    EXPECT_EQ(dialogue.to_client(), "[BDAT]250 a\r\n[NOOP]250 b\r\n");
}

TEST(Dialogue, IsBlindInsideTls) {
    Dialogue dialogue = greeted(shouting_replies());
    dialogue.from_client("STARTTLS\r\n");
    dialogue.from_server("220 go\r\n");
    EXPECT_EQ(taken(dialogue.to_client()), "[STARTTLS]220 go\r\n");
    dialogue.to_server().clear();
    dialogue.from_client("\x16\x03");
    dialogue.from_server("\x16\x04");
    EXPECT_EQ(dialogue.to_server(), "\x16\x03");
    EXPECT_EQ(dialogue.to_client(), "\x16\x04");
}

TEST(Dialogue, RefusedStarttlsChangesNothing) {
    Dialogue dialogue = greeted(shouting_replies());
    dialogue.from_client("STARTTLS now\r\nNOOP\r\n");
    dialogue.from_server("501 no\r\n250 ok\r\n");
    EXPECT_EQ(dialogue.to_client(), "[STARTTLS]501 no\r\n[NOOP]250 ok\r\n");
}

TEST(Dialogue, ClosesBehindAReply) {
    Changes changes;
    changes.closes = [](const std::string& verb, const std::string&) { return verb == "RSET"; };
    Dialogue dialogue = greeted(changes);
    dialogue.from_client("NOOP\r\nRSET\r\nNOOP\r\n");
    dialogue.from_server("250 a\r\n");
    EXPECT_FALSE(dialogue.closing());
    dialogue.from_server("250 b\r\n250 c\r\n");
    EXPECT_TRUE(dialogue.closing());
    EXPECT_EQ(dialogue.to_client(), "250 a\r\n250 b\r\n");
}

TEST(Dialogue, MayGoOnInPlaceOfAClientThatHasGone) {
    Changes changes;
    changes.last_words = [](bool inside) { return std::string(inside ? "content" : "command"); };
    Dialogue one = greeted(changes);
    one.client_ended();
    EXPECT_EQ(one.to_server(), "command");
    Dialogue other = in_content(changes);
    other.from_client("text");
    other.client_ended();
    EXPECT_EQ(other.to_server(), "textcontent");
}

TEST(Dialogue, RepliesOfTheServerMayEndInBareLf) {
    Dialogue dialogue = greeted(shouting_replies());
    dialogue.from_client("EHLO x\r\n");
    dialogue.from_server("250-a\n250 b\n");
    EXPECT_EQ(dialogue.to_client(), "[EHLO]250-a\n250 b\n");
}

}  // namespace
}  // namespace smtpspec::meddler
