#include "client/testing/played.h"
#include "client/testing/small_server.h"

#include <gmock/gmock.h>

namespace smtpspec::client::testing {
namespace {

using ::testing::HasSubstr;

class MailboxChecks : public ::testing::Test {
protected:
    Played played_with(SmallServer::Options options, const std::string& lines) {
        options.maildir_root = folder.path();
        SmallServer small(options);
        Stage stage = stage_on(small.server().port());
        stage.maildir_root = folder.path();
        return play(case_of(lines), stage);
    }

    std::size_t files(const char* user) const {
        const auto folder_of_new = folder.path() / user / "new";
        if (!std::filesystem::exists(folder_of_new)) return 0;
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_of_new), {}));
    }

    TemporaryFolder folder;
};

TEST_F(MailboxChecks, of_an_empty_mailbox_leave_nothing_behind) {
    const Played result = played_with({}, "given EHLO\nmailbox alice is empty\nmailbox alice is empty\n");
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(files("alice1"), 0U);
}

TEST_F(MailboxChecks, find_a_mail_where_there_should_be_none) {
    const Played result = played_with({}, "given EHLO\ngiven mail to alice\nmailbox alice is empty\n");
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected 0 messages in the mailbox of alice; got 1"));
}

TEST_F(MailboxChecks, count_and_compare) {
    const Played result = played_with({},
                                      "given EHLO\ngiven mail to alice bob\ngiven mail to alice\n"
                                      "mailbox alice has 2 messages\nmailbox bob has 1 message\n"
                                      "mailbox alice message 2 is as sent\n"
                                      "mailbox alice message 1 header Received matching /from client\\.example/\n"
                                      "mailbox alice message 1 contains \"$marker\"\n"
                                      "mailbox alice message 1 has no header X-Injected\n");
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_EQ(files("alice1"), 2U);
}

TEST_F(MailboxChecks, find_a_second_copy) {
    const Played result = played_with({.copies = 2}, "given EHLO\ngiven mail to alice\nmailbox alice has 1 message\n");
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected 1 message in the mailbox of alice; got 2"));
}

TEST_F(MailboxChecks, find_a_missing_mail) {
    const Played result = played_with({}, "given EHLO\ngiven mail to alice\nmailbox alice has 2 messages\n");
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected 2 messages in the mailbox of alice; got 1"));
    const Played absent = played_with({}, "given EHLO\nmailbox bob message 1 is as sent\n");
    EXPECT_EQ(absent.outcome, Outcome::violated);
    EXPECT_THAT(absent.reason, HasSubstr("it did not come in time"));
}

TEST_F(MailboxChecks, find_a_changed_octet) {
    const Played result =
        played_with({.mangles = true}, "given EHLO\ngiven mail to alice\nmailbox alice message 1 is as sent\n");
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("it differs from what was sent"));
}

TEST_F(MailboxChecks, take_both_kinds_of_line_ends) {
    const Played unix_ends = played_with({.trace = "A: b\n", .unix_line_ends = true},
                                         "given EHLO\ngiven mail to bob\nmailbox bob message 1 is as sent\n");
    EXPECT_EQ(unix_ends.outcome, Outcome::passed) << text_of(unix_ends);
    const Played wire_ends = played_with({.trace = "A: b\r\n", .unix_line_ends = false},
                                         "given EHLO\ngiven mail to alice\nmailbox alice message 1 is as sent\n");
    EXPECT_EQ(wire_ends.outcome, Outcome::passed) << text_of(wire_ends);
}

TEST_F(MailboxChecks, are_inconclusive_where_the_fence_does_not_arrive) {
    const Played result = played_with({.copies = 0}, "given EHLO\nmailbox alice is empty\n");
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason, HasSubstr("did not arrive in time"));
}

TEST_F(MailboxChecks, are_inconclusive_where_the_fence_is_refused) {
    ScriptedServer server([](Peer& peer) {
        peer.say("220 hi\r\n");
        while (!peer.line().empty() && peer.say("550 no\r\n")) {
        }
    });
    Stage stage = stage_on(server.port());
    stage.maildir_root = folder.path();
    const Played result = play(case_of("mailbox alice is empty\n"), stage);
    EXPECT_EQ(result.outcome, Outcome::inconclusive);
    EXPECT_THAT(result.reason,
                HasSubstr("the fence mail to alice1@example.org was not taken: expected 250; got 550 no"));
}

TEST_F(MailboxChecks, of_at_most_so_many) {
    EXPECT_EQ(played_with({}, "given EHLO\nmailbox alice has at most 1 message\n").outcome, Outcome::passed);
    EXPECT_EQ(played_with({}, "given EHLO\ngiven mail to alice\nmailbox alice has at most 1 message\n").outcome,
              Outcome::passed);
    const Played result = played_with({}, "given EHLO\ngiven mail to alice\nmailbox alice has at most 1 message\n");
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected at most 1 message in the mailbox of alice; got 2"));
}

TEST_F(MailboxChecks, of_at_most_so_many_give_them_time_to_come) {
    // Times are a twentieth here.
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(played_with({}, "given EHLO\nmailbox alice has at most 1 message within 4s\n").outcome, Outcome::passed);
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(200));
    const char* const there = "given EHLO\ngiven mail to alice\nmailbox alice has at most 1 message within 600s\n";
    EXPECT_EQ(played_with({}, there).outcome, Outcome::passed);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
    EXPECT_EQ(played_with({}, there).outcome, Outcome::violated) << "a second one is too many";
}

TEST_F(MailboxChecks, of_every_message) {
    const char* const lines = "given EHLO\ngiven mail to alice\nmailbox alice every message is as sent\n";
    EXPECT_EQ(played_with({}, "given EHLO\nmailbox alice every message is as sent\n").outcome, Outcome::passed);
    EXPECT_EQ(played_with({}, lines).outcome, Outcome::passed);
    const Played result = played_with({.mangles = true}, lines);
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("message 2 in the mailbox of alice: it differs from what was sent"));
}

}  // namespace
}  // namespace smtpspec::client::testing
