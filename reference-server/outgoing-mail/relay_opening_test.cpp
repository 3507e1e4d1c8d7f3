#include "outgoing-mail/relay_session_fixture_test.h"
#include "outgoing-mail/smtp_text.h"

#include <gmock/gmock.h>

// From the greeting to the first mail: EHLO, STARTTLS, login.
namespace refserver::outgoing_mail {
namespace {

using Phase = RelaySession::Phase;

class RelayOpeningTest : public testing::RelaySessionFixture {};

// --- opening ------------------------------------------------------------------

TEST_F(RelayOpeningTest, GreetsWithEhlo) {
    session_.emplace(facts_);
    EXPECT_EQ(session_->take_output(), "");
    EXPECT_EQ(hear("220-first\r\n220 last\r\n"), "EHLO mail.example.org\r\n");
    EXPECT_EQ(hear("250 mx\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelayOpeningTest, FallsBackToHelo) {
    for (const char* refusal : {"500 what", "502 no", "550 no"}) {
        session_.emplace(facts_);
        hear("220 hello\r\n");
        EXPECT_EQ(hear(refusal + std::string{"\r\n"}), "HELO mail.example.org\r\n");
        hear("250 mx\r\n");
        EXPECT_EQ(session_->phase(), Phase::ready);
    }
}

TEST_F(RelayOpeningTest, AGreetingOf4xxIsTemporary) {
    session_.emplace(facts_);
    EXPECT_EQ(hear("450 4.3.2 later\r\n"), "QUIT\r\n");
    hear("221 bye\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_FALSE(session_->was_ready());
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
    EXPECT_EQ(session_->failure().status, "4.3.2");
}

TEST_F(RelayOpeningTest, AGreetingOf5xxIsPermanent) {
    session_.emplace(facts_);
    EXPECT_EQ(hear("554 no mail here\r\n"), "QUIT\r\n");
    EXPECT_EQ(session_->failure().outcome, Outcome::permanent);
    EXPECT_EQ(session_->failure().status, "5.0.0");
}

TEST_F(RelayOpeningTest, A421GreetingEndsItAtOnce) {
    session_.emplace(facts_);
    EXPECT_EQ(hear("421 busy\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::over);
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
}

TEST_F(RelayOpeningTest, WhatIsNoSmtpIsTemporary) {
    for (const std::string bad :
         {"SSH-2.0-x\r\n", "22\r\n", "1234 x\r\n", "220_x\r\n", "120 x\r\n", "220-a\r\n250 b\r\n", "\r\n"}) {
        session_.emplace(facts_);
        hear(bad);
        EXPECT_EQ(session_->phase(), Phase::over) << bad;
        EXPECT_EQ(session_->failure().outcome, Outcome::temporary) << bad;
    }
}

TEST_F(RelayOpeningTest, AReplyWithoutEndIsBounded) {
    session_.emplace(facts_);
    for (int i = 0; i < 100 && session_->phase() != Phase::over; ++i) hear("220-" + std::string(1000, 'x') + "\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
    session_.emplace(facts_);
    for (int i = 0; i < 100 && session_->phase() != Phase::over; ++i) hear(std::string(1000, '2'));
    EXPECT_EQ(session_->phase(), Phase::over);
}

TEST_F(RelayOpeningTest, RepliesMayComeInPieces) {
    session_.emplace(facts_);
    std::string out;
    for (const char c : std::string{"220 x\r\n250-mx\r\n250 SIZE 5\r\n"}) out += hear(std::string(1, c));
    EXPECT_EQ(out, "EHLO mail.example.org\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
    EXPECT_EQ(session_->offers().max_size, 5u);
}

// --- TLS and login ------------------------------------------------------------

TEST_F(RelayOpeningTest, UsesTlsWhenOffered) {
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

TEST_F(RelayOpeningTest, GoesOnInClearWhenTlsIsRefused) {
    session_.emplace(facts_);
    hear("220 hello\r\n");
    hear("250-mx\r\n250 STARTTLS\r\n");
    hear("454 4.7.0 not now\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelayOpeningTest, DoesNotAskForTlsWhenToldNotTo) {
    facts_.use_starttls = false;
    open("STARTTLS");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelayOpeningTest, OctetsBehindTheReplyToStarttlsEndIt) {
    session_.emplace(facts_);
    hear("220 hello\r\n");
    hear("250-mx\r\n250 STARTTLS\r\n");
    hear("220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n");
    EXPECT_EQ(session_->phase(), Phase::over);
}

class LoginTest : public RelayOpeningTest {
protected:
    LoginTest() {
        facts_.user = "relay";
        facts_.password = "s3cret";
    }
    // The first command after the login became possible, over TLS.
    std::string over_tls(const std::string& auth, bool verified = true) {
        session_.emplace(facts_);
        hear("220 hello\r\n");
        hear("250-mx\r\n250-STARTTLS\r\n250 " + auth + "\r\n");
        hear("220 go\r\n");
        session_->tls_started(verified);
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
    EXPECT_EQ(over_tls("AUTH LOGIN GSSAPI"), "AUTH LOGIN\r\n");
    EXPECT_EQ(hear("334 VXNlcm5hbWU6\r\n"), "cmVsYXk=\r\n");
    EXPECT_EQ(hear("334 UGFzc3dvcmQ6\r\n"), "czNjcmV0\r\n");
    hear("235 yes\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

// RFC 4954 §4.
TEST_F(LoginTest, AChallengeThatIsNotBase64) {
    over_tls("AUTH LOGIN");
    EXPECT_EQ(hear("334 Username:\r\n"), "*\r\n");
    EXPECT_EQ(hear("501 5.5.2 given up\r\n"), "QUIT\r\n");
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
    EXPECT_FALSE(session_->was_ready());
}

// RFC 4954 §4: the line of AUTH has no more than 512 octets.
TEST_F(LoginTest, NoInitialResponseThatIsTooLong) {
    facts_.password = std::string(400, 'x');
    EXPECT_EQ(over_tls("AUTH PLAIN"), "AUTH PLAIN\r\n");
    EXPECT_GT(hear("334 \r\n").size(), 512U);
    hear("235 2.7.0 yes\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

// RFC 4954 §6.
TEST_F(LoginTest, AnotherMechanismWhenOneIsTooWeak) {
    over_tls("AUTH LOGIN PLAIN");
    EXPECT_EQ(hear("534 5.7.9 too weak\r\n"), "AUTH LOGIN\r\n");
    EXPECT_EQ(hear("534 5.7.9 too weak\r\n"), "QUIT\r\n");
}

TEST_F(LoginTest, TheOldFormOfTheKeyword) {
    EXPECT_EQ(over_tls("AUTH=PLAIN"), "AUTH PLAIN AHJlbGF5AHMzY3JldA==\r\n");
}

TEST_F(LoginTest, NeverInClear) {
    open("AUTH PLAIN");
    EXPECT_EQ(session_->phase(), Phase::quitting);
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
}

// RFC 4954 §14.
TEST_F(LoginTest, NeverToWhomTheCertificateIsNotVerifiedFor) {
    EXPECT_EQ(over_tls("AUTH PLAIN LOGIN", false), "QUIT\r\n");
    EXPECT_EQ(session_->failure().outcome, Outcome::temporary);
    facts_.clear_login_is_safe = true;
    EXPECT_EQ(over_tls("AUTH PLAIN", false), "AUTH PLAIN AHJlbGF5AHMzY3JldA==\r\n");
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

// RFC 5802 §5: the signature is looked at, wherever it comes from.
TEST_F(LoginTest, ARelayThatDoesNotProveThatItKnowsThePassword) {
    facts_.nonce = "abc";
    EXPECT_EQ(over_tls("AUTH PLAIN SCRAM-SHA-256"), "AUTH SCRAM-SHA-256 " + base64("n,,n=relay,r=abc") + "\r\n");
    hear("334 " + base64("r=abcdef,s=QSXCR+Q6sek8bf92,i=4096") + "\r\n");
    EXPECT_EQ(hear("235 2.7.0 come in\r\n"), "QUIT\r\n");
    EXPECT_FALSE(session_->was_ready());
}

TEST_F(LoginTest, AnAnswerToAChallenge) {
    facts_.user = "tim";
    facts_.password = "tanstaaftanstaaf";
    EXPECT_EQ(over_tls("AUTH PLAIN CRAM-MD5"), "AUTH CRAM-MD5\r\n");
    EXPECT_EQ(hear("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"),
              "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n");
    hear("235 yes\r\n");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(LoginTest, NoMechanismInCommon) {
    over_tls("AUTH GSSAPI");
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

}  // namespace
}  // namespace refserver::outgoing_mail
