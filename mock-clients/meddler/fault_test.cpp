#include "meddler/fault.h"

#include <set>

#include <gtest/gtest.h>

namespace smtpspec::meddler {
namespace {

TEST(Faults, HaveNamesOfTheirOwnAndBreakSomething) {
    std::set<std::string> names;
    for (const Fault& fault : all_faults()) {
        EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
        EXPECT_FALSE(fault.breaks.empty()) << fault.name;
        EXPECT_FALSE(fault.what.empty()) << fault.name;
        EXPECT_EQ((fault.name + fault.what).find_first_of("\t\n"), std::string::npos) << fault.name;
    }
}

TEST(Faults, AreOfTheNextHopWhenTheirNamesSaySo) {
    for (const Fault& fault : all_faults()) {
        EXPECT_EQ(fault.side == Side::next_hop, fault.name.starts_with("next-hop")) << fault.name;
    }
}

Dialogue dialogue_of(const std::string& name) {
    for (const Fault& fault : all_faults()) {
        if (fault.name == name) {
            return Dialogue(fault.changes());
        }
    }
    ADD_FAILURE() << "there is no fault " << name;
    return Dialogue({});
}

TEST(Faults, AReplyThatWaitsComesWithTheNextCommand) {
    Dialogue dialogue = dialogue_of("reply-to-noop-waits-for-the-next-command");
    dialogue.from_server("220 here\r\n");
    dialogue.to_client().clear();
    dialogue.from_client("NOOP\r\n");
    dialogue.from_server("250 noop\r\n");
    EXPECT_EQ(dialogue.to_client(), "");
    dialogue.from_client("RSET\r\n");
    EXPECT_EQ(dialogue.to_client(), "250 noop\r\n");
}

TEST(Faults, RepliesAreExchangedInGroupsOnly) {
    Dialogue dialogue = dialogue_of("replies-to-mail-and-rcpt-exchanged");
    dialogue.from_server("220 here\r\n");
    dialogue.to_client().clear();
    dialogue.from_client("MAIL FROM:<>\r\n");
    dialogue.from_server("250 mail\r\n");
    dialogue.from_client("RCPT TO:<a>\r\n");
    dialogue.from_server("250 rcpt\r\n");
    EXPECT_EQ(std::exchange(dialogue.to_client(), ""), "250 mail\r\n250 rcpt\r\n");
    dialogue.from_client("MAIL FROM:<>\r\nRCPT TO:<a>\r\n");
    dialogue.from_server("250 mail\r\n250 rcpt\r\n");
    EXPECT_EQ(dialogue.to_client(), "250 rcpt\r\n250 mail\r\n");
}

TEST(Faults, StarttlsIsStrippedWhereverItStandsInTheList) {
    for (const std::string list : {"250-a\r\n250-STARTTLS\r\n250 X\r\n", "250-a\r\n250 STARTTLS\r\n"}) {
        Dialogue dialogue = dialogue_of("starttls-stripped");
        dialogue.from_server("220 here\r\n");
        dialogue.from_client("EHLO x\r\n");
        dialogue.from_server(list);
        EXPECT_EQ(dialogue.to_client().find("STARTTLS"), std::string::npos) << list;
    }
}

TEST(Faults, TwoDotsAreTakenAwayWhereThereAreTwo) {
    Dialogue dialogue = dialogue_of("dots-unstuffed-twice");
    dialogue.from_server("220 here\r\n");
    dialogue.from_client("DATA\r\n");
    dialogue.from_server("354 go\r\n");
    dialogue.to_server().clear();
    dialogue.from_client("a\r\n..b\r\n.\r\n");
    EXPECT_EQ(dialogue.to_server(), "a\r\n.b\r\n.\r\n");
}

}  // namespace
}  // namespace smtpspec::meddler
