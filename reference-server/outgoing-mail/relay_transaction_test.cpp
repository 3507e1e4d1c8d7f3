#include "outgoing-mail/relay_session_fixture_test.h"

#include <gmock/gmock.h>

// One mail: MAIL, RCPT, DATA and their answers; and what breaks between.
namespace refserver::outgoing_mail {
namespace {

using Phase = RelaySession::Phase;
using Form = RelaySession::ContentForm;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RelayTransactionTest : public testing::RelaySessionFixture {};

// --- one mail, command by command -------------------------------------------------

TEST_F(RelayTransactionTest, DeliversStepByStep) {
    open();
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\n");
    EXPECT_EQ(hear("250 ok\r\n"), "RCPT TO:<bob@remote.example>\r\n");
    EXPECT_EQ(hear("251 will forward\r\n"), "DATA\r\n");
    hear("354 go\r\n");
    EXPECT_EQ(session_->phase(), Phase::content);
    EXPECT_EQ(session_->content_form(), Form::data);
    session_->content_sent();
    EXPECT_EQ(session_->phase(), Phase::verdict);
    hear("250 2.0.0 taken as 17\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
    ASSERT_THAT(outcomes(), ElementsAre(Outcome::delivered));
    EXPECT_EQ(session_->results()[0].answer, "250 2.0.0 taken as 17");
    EXPECT_EQ(session_->results()[0].host, "mx.remote.example");
}

TEST_F(RelayTransactionTest, ANullReversePath) {
    envelope_.reverse_path = "";
    open();
    EXPECT_EQ(begin(), "MAIL FROM:<>\r\n");
}

TEST_F(RelayTransactionTest, ARefusedSenderIsForAll) {
    add("eve@remote.example");
    open();
    begin();
    EXPECT_EQ(hear("550 5.7.1 not you\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent, Outcome::permanent));
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\n") << "no transaction was begun, none is to be reset";
}

TEST_F(RelayTransactionTest, EachRecipientHasItsOwnAnswer) {
    add("eve@remote.example");
    add("joe@remote.example");
    open();
    begin();
    hear("250 ok\r\n");
    hear("550 5.1.1 unknown\r\n");
    EXPECT_EQ(hear("450 4.2.1 later\r\n"), "RCPT TO:<joe@remote.example>\r\n");
    EXPECT_EQ(hear("250 ok\r\n"), "DATA\r\n");
    hear("354 go\r\n");
    session_->content_sent();
    hear("250 ok\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent, Outcome::temporary, Outcome::delivered));
    EXPECT_EQ(session_->results()[0].status, "5.1.1");
    EXPECT_EQ(session_->results()[1].status, "4.2.1");
}

TEST_F(RelayTransactionTest, WithoutRecipientsNothingIsSent) {
    open();
    begin();
    hear("250 ok\r\n");
    EXPECT_EQ(hear("550 no\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
    EXPECT_EQ(begin(), "RSET\r\n");
    EXPECT_EQ(hear("250 ok\r\n"), "MAIL FROM:<ann@example.org>\r\n");
}

TEST_F(RelayTransactionTest, TheAnswerToTheMailIsForThoseWhoWereTaken) {
    for (const auto& [reply, outcome] :
         {std::pair{"552 5.3.4 too big", Outcome::permanent}, std::pair{"451 4.3.0 disk", Outcome::temporary}}) {
        open();
        begin();
        hear("250 ok\r\n");
        hear("250 ok\r\n");
        hear("354 go\r\n");
        session_->content_sent();
        hear(std::string{reply} + "\r\n");
        EXPECT_THAT(outcomes(), ElementsAre(outcome)) << reply;
        EXPECT_EQ(session_->phase(), Phase::ready);
    }
}

TEST_F(RelayTransactionTest, DataMayBeRefused) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("250 ok\r\n");
    hear("451 4.3.0 not now\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
    EXPECT_EQ(begin(), "RSET\r\n");
}

// RFC 5321 §4.5.3.1.10.
TEST_F(RelayTransactionTest, TooManyRecipientsGoInTheNextTransaction) {
    for (const char* reply : {"452 4.5.3 too many\r\n", "552 too many\r\n"}) {
        open();
        envelope_.recipients.resize(1);
        add("eve@remote.example");
        begin();
        hear("250 ok\r\n");
        hear("250 ok\r\n");
        EXPECT_EQ(hear(reply), "DATA\r\n");
        hear("354 go\r\n");
        session_->content_sent();
        hear("250 ok\r\n");
        EXPECT_THAT(outcomes(), ElementsAre(Outcome::delivered, Outcome::postponed)) << reply;
    }
}

TEST_F(RelayTransactionTest, ButTheFirstOneCannotBeTooMany) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("452 4.5.3 too many\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
}

// RFC 9422.
TEST_F(RelayTransactionTest, KeepsToAnAnnouncedLimitOfRecipients) {
    add("eve@remote.example");
    add("joe@remote.example");
    open("PIPELINING|LIMITS MAILMAX=5 RCPTMAX=2");
    EXPECT_THAT(begin(), Not(HasSubstr("joe")));
    hear("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    session_->content_sent();
    hear("250 ok\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::delivered, Outcome::delivered, Outcome::postponed));
}

// --- pipelining (RFC 2920) ----------------------------------------------------------

TEST_F(RelayTransactionTest, SendsTheEnvelopeInOneGroup) {
    add("eve@remote.example");
    open("PIPELINING");
    EXPECT_EQ(
        begin(),
        "MAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@remote.example>\r\nRCPT TO:<eve@remote.example>\r\nDATA\r\n");
    hear("250 ok\r\n250 ok\r\n550 no\r\n");
    EXPECT_EQ(session_->phase(), Phase::envelope);
    hear("354 go\r\n");
    EXPECT_EQ(session_->content_form(), Form::data);
    session_->content_sent();
    hear("250 ok\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::delivered, Outcome::permanent));
}

TEST_F(RelayTransactionTest, SendsOnlyTheDotWhenNobodyIsLeft) {
    open("PIPELINING");
    begin();
    hear("250 ok\r\n550 5.1.1 no\r\n354 go\r\n");
    EXPECT_EQ(session_->phase(), Phase::content);
    EXPECT_EQ(session_->content_form(), Form::nothing);
    session_->content_sent();
    hear("250 taken\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent));
}

TEST_F(RelayTransactionTest, KeepsTheAnswerToMailWhenAllElseFollows) {
    open("PIPELINING");
    begin();
    hear("451 4.1.8 not now\r\n503 no mail\r\n503 no rcpt\r\n");
    ASSERT_THAT(outcomes(), ElementsAre(Outcome::temporary));
    EXPECT_EQ(session_->results()[0].status, "4.1.8");
    EXPECT_EQ(begin(), "RSET\r\nMAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@remote.example>\r\nDATA\r\n");
}

TEST_F(RelayTransactionTest, ARefusedSenderStaysSoWhenTheConnectionBreaks) {
    open("PIPELINING");
    begin();
    hear("550 5.7.1 no\r\n");
    session_->lost("reset");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent));
}

// --- what breaks ------------------------------------------------------------------

TEST_F(RelayTransactionTest, A421EndsItForAllWhoHaveNoAnswer) {
    add("eve@remote.example");
    add("joe@remote.example");
    open("PIPELINING");
    begin();
    hear("250 ok\r\n550 5.1.1 no\r\n250 ok\r\n421 4.3.2 going down\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent, Outcome::temporary, Outcome::temporary));
    EXPECT_EQ(session_->results()[1].status, "4.3.2");
}

TEST_F(RelayTransactionTest, ALostConnectionAfterTheLastDotIsTriedAgain) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("250 ok\r\n");
    hear("354 go\r\n");
    session_->content_sent();
    session_->lost("closed");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
}

TEST_F(RelayTransactionTest, ANextMailThatGotNoAnswerWasNotTried) {
    for (const bool told : {true, false}) {
        open();
        begin();
        hear("250 ok\r\n");
        hear("250 ok\r\n");
        hear("354 go\r\n");
        session_->content_sent();
        hear("250 ok\r\n");
        begin();
        if (told) {
            hear("421 4.7.0 enough mails\r\n");
        } else {
            session_->lost("closed");
        }
        EXPECT_THAT(outcomes(), ElementsAre(Outcome::postponed));
    }
}

TEST_F(RelayTransactionTest, AFirstMailThatGotNoAnswerWas) {
    open();
    begin();
    hear("421 4.7.0 no mails\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
}

TEST_F(RelayTransactionTest, AVerdictMayComeBeforeTheEndOfTheMail) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("250 ok\r\n");
    hear("354 go\r\n");
    hear("552 5.3.4 too big\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent));
}

TEST_F(RelayTransactionTest, ButA421InTheMailIsNone) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("250 ok\r\n");
    hear("354 go\r\n");
    hear("421 4.3.2 going down\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
}

TEST_F(RelayTransactionTest, AnUnaskedReplyEndsIt) {
    open();
    hear("421 4.4.2 idle too long\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
}

TEST_F(RelayTransactionTest, QuitsPolitely) {
    open();
    session_->quit();
    EXPECT_EQ(session_->take_output(), "QUIT\r\n");
    EXPECT_EQ(session_->phase(), Phase::quitting);
    hear("221 bye\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
}

}  // namespace
}  // namespace refserver::outgoing_mail
