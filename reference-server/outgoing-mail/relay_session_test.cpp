#include "outgoing-mail/relay_session.h"

#include <gmock/gmock.h>

// Scripted dialogues: what the next hop says goes in, what the client says comes out.
namespace refserver::outgoing_mail {
namespace {

using Phase = RelaySession::Phase;
using Form = RelaySession::ContentForm;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RelaySessionTest : public ::testing::Test {
protected:
    RelaySessionTest() {
        facts_.own_name = "mail.example.org";
        facts_.host = "mx.remote.example";
        envelope_.reverse_path = "ann@example.org";
        add("bob@remote.example");
    }

    void add(const std::string& address, const std::string& notify = "", const std::string& original = "") {
        routing::Recipient r;
        r.address = address;
        r.notify = notify;
        r.original_recipient = original;
        envelope_.recipients.push_back(r);
    }

    // What the client says after the next hop has said these lines.
    std::string hear(const std::string& lines) {
        session_->feed(lines);
        return session_->take_output();
    }

    void open(const std::string& keywords = "") {
        session_.emplace(facts_);
        hear("220 hello\r\n");
        std::string reply = "250-mx.remote.example\r\n";
        for (std::size_t i = 0, end; i < keywords.size(); i = end + 1) {
            end = std::min(keywords.find('|', i), keywords.size());
            reply += "250-" + keywords.substr(i, end - i) + "\r\n";
        }
        hear(reply + "250 HELP\r\n");
    }

    std::string begin() {
        transaction_.envelope = &envelope_;
        transaction_.recipients.clear();
        for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) transaction_.recipients.push_back(i);
        transaction_.size = 1000;
        session_->begin(transaction_);
        return session_->take_output();
    }

    std::vector<Outcome> outcomes() const {
        std::vector<Outcome> out;
        for (const auto& r : session_->results()) out.push_back(r.outcome);
        return out;
    }

    void expect_refusal(const std::string& status) {
        EXPECT_EQ(begin(), "");
        EXPECT_EQ(session_->phase(), Phase::ready);
        EXPECT_EQ(session_->results()[0].outcome, Outcome::permanent);
        EXPECT_EQ(session_->results()[0].status, status);
    }

    SessionFacts facts_;
    routing::Envelope envelope_;
    Transaction transaction_;
    std::optional<RelaySession> session_;
};

// --- opening ------------------------------------------------------------------

TEST_F(RelaySessionTest, GreetsWithEhlo) {
    session_.emplace(facts_);
    EXPECT_EQ(session_->take_output(), "");
    EXPECT_EQ(hear("220-first\r\n220 last\r\n"), "EHLO mail.example.org\r\n");
    EXPECT_EQ(hear("250 mx\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelaySessionTest, FallsBackToHelo) {
    for (const char* refusal : {"500 what", "502 no", "550 no"}) {
        session_.emplace(facts_);
        hear("220 hello\r\n");
        EXPECT_EQ(hear(refusal + std::string{"\r\n"}), "HELO mail.example.org\r\n");
        hear("250 mx\r\n");
        EXPECT_EQ(session_->phase(), Phase::ready);
    }
}

TEST_F(RelaySessionTest, AGreetingOf4xxIsTemporary) {
    session_.emplace(facts_);
    EXPECT_EQ(hear("450 4.3.2 later\r\n"), "QUIT\r\n");
    hear("221 bye\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_FALSE(session_->was_ready());
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
    EXPECT_EQ(session_->failure().status, "4.3.2");
}

TEST_F(RelaySessionTest, AGreetingOf5xxIsPermanent) {
    session_.emplace(facts_);
    EXPECT_EQ(hear("554 no mail here\r\n"), "QUIT\r\n");
    EXPECT_EQ(session_->failure().outcome, Outcome::permanent);
    EXPECT_EQ(session_->failure().status, "5.0.0");
}

TEST_F(RelaySessionTest, A421GreetingEndsItAtOnce) {
    session_.emplace(facts_);
    EXPECT_EQ(hear("421 busy\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
}

TEST_F(RelaySessionTest, WhatIsNoSmtpIsTemporary) {
    for (const std::string bad :
         {"SSH-2.0-x\r\n", "22\r\n", "1234 x\r\n", "220_x\r\n", "120 x\r\n", "220-a\r\n250 b\r\n", "\r\n"}) {
        session_.emplace(facts_);
        hear(bad);
        EXPECT_EQ(session_->phase(), Phase::over) << bad;
        EXPECT_EQ(session_->failure().outcome, Outcome::temporary) << bad;
    }
}

TEST_F(RelaySessionTest, AReplyWithoutEndIsBounded) {
    session_.emplace(facts_);
    for (int i = 0; i < 100 && session_->phase() != Phase::over; ++i) hear("220-" + std::string(1000, 'x') + "\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    session_.emplace(facts_);
    for (int i = 0; i < 100 && session_->phase() != Phase::over; ++i) hear(std::string(1000, '2'));
    EXPECT_EQ(session_->phase(), Phase::over);
}

TEST_F(RelaySessionTest, RepliesMayComeInPieces) {
    session_.emplace(facts_);
    std::string out;
    for (const char c : std::string{"220 x\r\n250-mx\r\n250 SIZE 5\r\n"}) out += hear(std::string(1, c));
    EXPECT_EQ(out, "EHLO mail.example.org\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
    EXPECT_EQ(session_->offers().max_size, 5u);
}

// --- TLS and login ------------------------------------------------------------

TEST_F(RelaySessionTest, UsesTlsWhenOffered) {
    session_.emplace(facts_);
    hear("220 hello\r\n");
    EXPECT_EQ(hear("250-mx\r\n250-SIZE 99\r\n250 STARTTLS\r\n"), "STARTTLS\r\n");
    hear("220 go\r\n");
    EXPECT_EQ(session_->phase(), Phase::handshake);
    session_->tls_started(false);
    EXPECT_EQ(session_->take_output(), "EHLO mail.example.org\r\n");
    hear("250-mx\r\n250 STARTTLS\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
    EXPECT_FALSE(session_->offers().size) << "what was offered in clear does not count";
}

TEST_F(RelaySessionTest, GoesOnInClearWhenTlsIsRefused) {
    session_.emplace(facts_);
    hear("220 hello\r\n");
    hear("250-mx\r\n250 STARTTLS\r\n");
    hear("454 4.7.0 not now\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelaySessionTest, DoesNotAskForTlsWhenToldNotTo) {
    facts_.use_starttls = false;
    open("STARTTLS");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelaySessionTest, OctetsBehindTheReplyToStarttlsEndIt) {
    session_.emplace(facts_);
    hear("220 hello\r\n");
    hear("250-mx\r\n250 STARTTLS\r\n");
    hear("220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
}

class LoginTest : public RelaySessionTest {
protected:
    LoginTest() {
        facts_.user = "relay";
        facts_.password = "s3cret";
    }
    // The first command after the login became possible, over TLS.
    std::string over_tls(const std::string& auth) {
        session_.emplace(facts_);
        hear("220 hello\r\n");
        hear("250-mx\r\n250-STARTTLS\r\n250 " + auth + "\r\n");
        hear("220 go\r\n");
        session_->tls_started(false);
        session_->take_output();
        return hear("250-mx\r\n250 " + auth + "\r\n");
    }
};

TEST_F(LoginTest, Plain) {
    EXPECT_EQ(over_tls("AUTH LOGIN PLAIN"), "AUTH PLAIN AHJlbGF5AHMzY3JldA==\r\n");
    hear("235 2.7.0 yes\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(LoginTest, Login) {
    EXPECT_EQ(over_tls("AUTH LOGIN CRAM-MD5"), "AUTH LOGIN\r\n");
    EXPECT_EQ(hear("334 VXNlcm5hbWU6\r\n"), "cmVsYXk=\r\n");
    EXPECT_EQ(hear("334 UGFzc3dvcmQ6\r\n"), "czNjcmV0\r\n");
    hear("235 yes\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(LoginTest, TheOldFormOfTheKeyword) {
    EXPECT_EQ(over_tls("AUTH=PLAIN"), "AUTH PLAIN AHJlbGF5AHMzY3JldA==\r\n");
}

TEST_F(LoginTest, NeverInClear) {
    open("AUTH PLAIN");
    EXPECT_EQ(session_->phase(), Phase::quitting);
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
}

TEST_F(LoginTest, InClearToThisComputer) {
    facts_.clear_login_is_safe = true;
    session_.emplace(facts_);
    hear("220 hello\r\n");
    EXPECT_EQ(hear("250-mx\r\n250 AUTH PLAIN\r\n"), "AUTH PLAIN AHJlbGF5AHMzY3JldA==\r\n");
}

TEST_F(LoginTest, ARefusedLoginFailsNoMailForGood) {
    over_tls("AUTH PLAIN");
    EXPECT_EQ(hear("535 5.7.8 wrong\r\n"), "QUIT\r\n");
    EXPECT_FALSE(session_->was_ready());
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
}

TEST_F(LoginTest, NoMechanismInCommon) {
    over_tls("AUTH CRAM-MD5");
    EXPECT_EQ(session_->phase(), Phase::quitting);
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
}

TEST_F(LoginTest, ARelayThatOffersNoneIsUsedWithout) {
    over_tls("SIZE");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(LoginTest, AuthIsPassedOnAfterALogin) {
    over_tls("AUTH PLAIN");
    hear("235 yes\r\n");
    envelope_.auth = "a+b@example.org";
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> AUTH=a+2Bb@example.org\r\n");
}

// --- one mail, command by command -------------------------------------------------

TEST_F(RelaySessionTest, DeliversStepByStep) {
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

TEST_F(RelaySessionTest, ANullReversePath) {
    envelope_.reverse_path = "";
    open();
    EXPECT_EQ(begin(), "MAIL FROM:<>\r\n");
}

TEST_F(RelaySessionTest, ARefusedSenderIsForAll) {
    add("eve@remote.example");
    open();
    begin();
    EXPECT_EQ(hear("550 5.7.1 not you\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent, Outcome::permanent));
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\n") << "no transaction was begun, none is to be reset";
}

TEST_F(RelaySessionTest, EachRecipientHasItsOwnAnswer) {
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

TEST_F(RelaySessionTest, WithoutRecipientsNothingIsSent) {
    open();
    begin();
    hear("250 ok\r\n");
    EXPECT_EQ(hear("550 no\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
    EXPECT_EQ(begin(), "RSET\r\n");
    EXPECT_EQ(hear("250 ok\r\n"), "MAIL FROM:<ann@example.org>\r\n");
}

TEST_F(RelaySessionTest, TheAnswerToTheMailIsForThoseWhoWereTaken) {
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

TEST_F(RelaySessionTest, DataMayBeRefused) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("250 ok\r\n");
    hear("451 4.3.0 not now\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
    EXPECT_EQ(begin(), "RSET\r\n");
}

// RFC 5321 §4.5.3.1.10.
TEST_F(RelaySessionTest, TooManyRecipientsGoInTheNextTransaction) {
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

TEST_F(RelaySessionTest, ButTheFirstOneCannotBeTooMany) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("452 4.5.3 too many\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
}

// RFC 9422.
TEST_F(RelaySessionTest, KeepsToAnAnnouncedLimitOfRecipients) {
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

TEST_F(RelaySessionTest, SendsTheEnvelopeInOneGroup) {
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

TEST_F(RelaySessionTest, SendsOnlyTheDotWhenNobodyIsLeft) {
    open("PIPELINING");
    begin();
    hear("250 ok\r\n550 5.1.1 no\r\n354 go\r\n");
    EXPECT_EQ(session_->phase(), Phase::content);
    EXPECT_EQ(session_->content_form(), Form::nothing);
    session_->content_sent();
    hear("250 taken\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent));
}

TEST_F(RelaySessionTest, KeepsTheAnswerToMailWhenAllElseFollows) {
    open("PIPELINING");
    begin();
    hear("451 4.1.8 not now\r\n503 no mail\r\n503 no rcpt\r\n");
    ASSERT_THAT(outcomes(), ElementsAre(Outcome::temporary));
    EXPECT_EQ(session_->results()[0].status, "4.1.8");
    EXPECT_EQ(begin(), "RSET\r\nMAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@remote.example>\r\nDATA\r\n");
}

TEST_F(RelaySessionTest, ARefusedSenderStaysSoWhenTheConnectionBreaks) {
    open("PIPELINING");
    begin();
    hear("550 5.7.1 no\r\n");
    session_->lost("reset");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent));
}

// --- what breaks ------------------------------------------------------------------

TEST_F(RelaySessionTest, A421EndsItForAllWhoHaveNoAnswer) {
    add("eve@remote.example");
    add("joe@remote.example");
    open("PIPELINING");
    begin();
    hear("250 ok\r\n550 5.1.1 no\r\n250 ok\r\n421 4.3.2 going down\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent, Outcome::temporary, Outcome::temporary));
    EXPECT_EQ(session_->results()[1].status, "4.3.2");
}

TEST_F(RelaySessionTest, ALostConnectionAfterTheLastDotIsTriedAgain) {
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

TEST_F(RelaySessionTest, ANextMailThatGotNoAnswerWasNotTried) {
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

TEST_F(RelaySessionTest, AFirstMailThatGotNoAnswerWas) {
    open();
    begin();
    hear("421 4.7.0 no mails\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
}

TEST_F(RelaySessionTest, AVerdictMayComeBeforeTheEndOfTheMail) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("250 ok\r\n");
    hear("354 go\r\n");
    hear("552 5.3.4 too big\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::permanent));
}

TEST_F(RelaySessionTest, ButA421InTheMailIsNone) {
    open();
    begin();
    hear("250 ok\r\n");
    hear("250 ok\r\n");
    hear("354 go\r\n");
    hear("421 4.3.2 going down\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::temporary));
}

TEST_F(RelaySessionTest, AnUnaskedReplyEndsIt) {
    open();
    hear("421 4.4.2 idle too long\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
}

TEST_F(RelaySessionTest, QuitsPolitely) {
    open();
    session_->quit();
    EXPECT_EQ(session_->take_output(), "QUIT\r\n");
    EXPECT_EQ(session_->phase(), Phase::quitting);
    hear("221 bye\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
}

// --- parameters ---------------------------------------------------------------------

TEST_F(RelaySessionTest, SizeIsTold) {
    open("SIZE 1000");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> SIZE=1000\r\n");
}

TEST_F(RelaySessionTest, AMailThatIsTooBigIsNotOffered) {
    open("SIZE 999");
    expect_refusal("5.3.4");
}

TEST_F(RelaySessionTest, NoLimitToldIsNone) {
    for (const char* size : {"SIZE", "SIZE 0"}) {
        open(size);
        EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> SIZE=1000\r\n");
    }
}

TEST_F(RelaySessionTest, EightBitIsDeclared) {
    transaction_.eight_bit = true;
    open("8bitmime");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> BODY=8BITMIME\r\n");
}

// RFC 6152 §3.
TEST_F(RelaySessionTest, EightBitIsNotSentToOneWhoDoesNotTakeIt) {
    transaction_.eight_bit = true;
    open();
    expect_refusal("5.6.3");
}

TEST_F(RelaySessionTest, DeclaredEightBitThatIsNoneMayGo) {
    envelope_.eight_bit = true;
    open();
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\n");
}

TEST_F(RelaySessionTest, BinaryGoesInAChunk) {
    envelope_.binary = true;
    open("PIPELINING|CHUNKING|BINARYMIME");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> BODY=BINARYMIME\r\nRCPT TO:<bob@remote.example>\r\n");
    EXPECT_EQ(hear("250 ok\r\n250 ok\r\n"), "BDAT 1000 LAST\r\n");
    EXPECT_EQ(session_->phase(), Phase::content);
    EXPECT_EQ(session_->content_form(), Form::chunk);
    session_->content_sent();
    hear("250 ok\r\n");
    EXPECT_THAT(outcomes(), ElementsAre(Outcome::delivered));
}

TEST_F(RelaySessionTest, BinaryIsNotSentWhenNobodyIsLeft) {
    envelope_.binary = true;
    open("PIPELINING|CHUNKING|BINARYMIME");
    begin();
    EXPECT_EQ(hear("250 ok\r\n550 no\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelaySessionTest, BinaryIsNotSentToOneWhoDoesNotTakeIt) {
    envelope_.binary = true;
    open("CHUNKING|8BITMIME");
    expect_refusal("5.6.3");
}

TEST_F(RelaySessionTest, SmtpUtf8) {
    envelope_.smtputf8 = true;
    envelope_.recipients[0].address =
        "b\xc3\xb6"
        "b@remote.example";
    open("8BITMIME|SMTPUTF8");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> SMTPUTF8\r\n");
    open("8BITMIME");
    expect_refusal("5.6.7");
}

TEST_F(RelaySessionTest, AnInternationalHeaderNeedsSmtpUtf8) {
    envelope_.smtputf8 = true;
    transaction_.eight_bit = transaction_.eight_bit_header = true;
    open("8BITMIME");
    expect_refusal("5.6.7");
}

TEST_F(RelaySessionTest, WhatNeedsNoSmtpUtf8MayGoWithout) {
    envelope_.smtputf8 = true;
    open("8BITMIME");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\n");
}

// RFC 3461 §5.2.1, §5.2.2.
TEST_F(RelaySessionTest, DsnParametersArePassedOn) {
    envelope_.ret = "HDRS";
    envelope_.envelope_id = "QQ+314";
    envelope_.recipients.clear();
    add("bob@remote.example", "SUCCESS,FAILURE", "rfc822;bob+x@remote.example");
    open("PIPELINING|DSN");
    EXPECT_EQ(begin(),
              "MAIL FROM:<ann@example.org> RET=HDRS ENVID=QQ+2B314\r\n"
              "RCPT TO:<bob@remote.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob+2Bx@remote.example\r\nDATA\r\n");
    hear("250 ok\r\n250 ok\r\n354 go\r\n");
    session_->content_sent();
    hear("250 ok\r\n");
    EXPECT_TRUE(session_->results()[0].dsn_passed_on);
    open("PIPELINING");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@remote.example>\r\nDATA\r\n");
    hear("250 ok\r\n250 ok\r\n354 go\r\n");
    session_->content_sent();
    hear("250 ok\r\n");
    EXPECT_FALSE(session_->results()[0].dsn_passed_on);
}

// RFC 8689 §4.2.1.
TEST_F(RelaySessionTest, RequireTlsNeedsAVerifiedHost) {
    envelope_.require_tls = true;
    open("REQUIRETLS");
    expect_refusal("5.7.30");
    for (const bool verified : {false, true}) {
        session_.emplace(facts_);
        hear("220 hello\r\n");
        hear("250-mx\r\n250 STARTTLS\r\n");
        hear("220 go\r\n");
        session_->tls_started(verified);
        session_->take_output();
        hear("250-mx\r\n250 REQUIRETLS\r\n");
        EXPECT_EQ(begin(), verified ? "MAIL FROM:<ann@example.org> REQUIRETLS\r\n" : "");
    }
}

TEST_F(RelaySessionTest, NothingCanBeSmuggledThroughAnAddress) {
    envelope_.recipients[0].address = "bob@x>\r\nRCPT TO:<eve@x";
    open();
    expect_refusal("5.1.3");
}

// RFC 5321 §4.5.3.2.
TEST_F(RelaySessionTest, HasThePatienceOfTheStandard) {
    using namespace std::chrono_literals;
    session_.emplace(facts_);
    EXPECT_EQ(session_->patience(), 5min);
    open();
    begin();
    EXPECT_EQ(session_->patience(), 5min);
    hear("250 ok\r\n");
    EXPECT_EQ(session_->patience(), 5min);
    hear("250 ok\r\n");
    EXPECT_EQ(session_->patience(), 2min);
    hear("354 go\r\n");
    EXPECT_EQ(session_->patience(), 3min);
    session_->content_sent();
    EXPECT_EQ(session_->patience(), 10min);
}

// The answer of a next hop goes into journals, logs and reports.
TEST(ReplyText, IsOneCleanLineOfBoundedLength) {
    const Reply reply{550,
                      {"5.1.1 no\x07 such",
                       "b\xc3\xb6"
                       "b",
                       std::string(2000, 'x')}};
    EXPECT_THAT(reply.text(), ::testing::StartsWith("550 5.1.1 no? such b??b xxx"));
    EXPECT_LE(reply.text().size(), 500u);
}

TEST(ReplyStatus, OnlyWhatFitsTheReply) {
    EXPECT_EQ((Reply{550, {"5.1.1 no"}}.status()), "5.1.1");
    EXPECT_EQ((Reply{550, {"5.1.1"}}.status()), "5.1.1");
    for (const char* text : {"", "no", "4.1.1 no", "5.1 no", "5.1.1.1 no", "5.1.1x", "5.1234.1 no", "5..1 no"}) {
        EXPECT_EQ((Reply{550, {text}}.status()), "5.0.0") << text;
    }
}

}  // namespace
}  // namespace refserver::outgoing_mail
