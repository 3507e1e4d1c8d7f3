#include "client/mail_guard.h"

#include "client/testing/played.h"
#include "client/testing/small_server.h"

#include <gmock/gmock.h>

namespace smtpspec::client::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(PlainAddress, is_what_two_spellings_have_in_common) {
    EXPECT_EQ(plain_address("Alice@Example.ORG"), "alice@example.org");
    EXPECT_EQ(plain_address("@a.example,@b.example:alice@example.org"), "alice@example.org");
    EXPECT_EQ(plain_address("\"al\\ice\"@example.org"), "alice@example.org");
    EXPECT_EQ(plain_address("\"@example.org"), "\"@example.org");
    EXPECT_EQ(plain_address(""), "");
}

TEST(MailGuard, lets_content_go_to_those_who_were_named) {
    MailGuard guard({"alice@example.org"});
    EXPECT_FALSE(guard.objection("MAIL FROM:<>\r\nRCPT TO:<ALICE@example.org>\r\n"));
    guard.recipient_answered(true);
    EXPECT_FALSE(guard.objection("DATA\r\n"));
}

TEST(MailGuard, lets_nothing_go_to_somebody_else) {
    MailGuard guard({"alice@example.org"});
    EXPECT_FALSE(guard.objection("RCPT TO:<alice@example.org>\r\nRCPT TO:<bob@example.org> NOTIFY=NEVER\r\n"));
    guard.recipient_answered(true);
    guard.recipient_answered(true);
    EXPECT_EQ(guard.objection("DATA\r\n"), "bob@example.org");
    EXPECT_FALSE(guard.objection("RSET\r\n"));
    EXPECT_TRUE(guard.objection("BDAT 3 LAST\r\n")) << "the server may have forgotten to forget";
}

TEST(MailGuard, does_not_mind_recipients_that_were_refused) {
    MailGuard guard({"alice@example.org"});
    EXPECT_FALSE(guard.objection("RCPT TO:<bob@example.org>\r\n"));
    guard.recipient_answered(false);
    EXPECT_FALSE(guard.objection("DATA\r\n"));
}

TEST(MailGuard, reads_commands_however_they_are_written) {
    for (const char* content : {"DATA\r\n", "data\n", "  DaTa\r", "bdat 5\r\n", "x\n.\nDATA\n"}) {
        MailGuard guard({});
        EXPECT_FALSE(guard.objection("rcpt to:<bob@example.org>\n"));
        EXPECT_TRUE(guard.objection(content)) << content;
    }
    MailGuard guard({});
    for (const char* piece : {"RCPT TO:bob", "\r\n", "DA", "TA", "\r"}) {
        EXPECT_EQ(guard.objection(piece).has_value(), std::string(piece) == "\r") << piece;
    }
}

TEST(MailGuard, finds_an_envelope_that_content_smuggles) {
    MailGuard guard({"alice@example.org"});
    EXPECT_FALSE(guard.objection("RCPT TO:<alice@example.org>\r\n"));
    guard.recipient_answered(true);
    EXPECT_FALSE(guard.objection("DATA\r\n"));
    EXPECT_TRUE(guard.objection("hello\n.\nMAIL FROM:<>\nRCPT TO:<eve@else.example>\nDATA\nhello\n.\n"));
}

TEST(MailGuard, ends_a_case_before_the_mail_is_sent) {
    SmallServer small({});
    Stage stage = stage_on(small.server().port());
    const script::Case scenario = case_of("given transaction to alice\nC: DATA\nS: 354\nsend message\nS: 250\n");
    EXPECT_EQ(play(scenario, stage).outcome, Outcome::passed);
    stage.may_get_mail.emplace();
    const std::size_t before = small.commands().size();
    const Played result = play(scenario, stage);
    EXPECT_EQ(result.outcome, Outcome::not_observable) << text_of(result);
    EXPECT_EQ(result.missing, "permission");
    const std::vector<std::string> said = small.commands();
    EXPECT_GT(said.size(), before);
    EXPECT_THAT(std::vector<std::string>(said.begin() + static_cast<std::ptrdiff_t>(before), said.end()),
                Not(Contains(::testing::StartsWith("DATA"))));
    stage.may_get_mail->insert(stage.addresses.at("alice"));
    EXPECT_EQ(play(scenario, stage).outcome, Outcome::passed);
}

}  // namespace
}  // namespace smtpspec::client::testing
