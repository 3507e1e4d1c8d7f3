#include "outgoing-mail/relay_session_fixture_test.h"

#include <gmock/gmock.h>

// The extensions: what is said to a next hop that offers them, and what is refused to one that does not.
namespace refserver::outgoing_mail {
namespace {

using Phase = RelaySession::Phase;
using Form = RelaySession::ContentForm;
using ::testing::ElementsAre;

class RelayParametersTest : public testing::RelaySessionFixture {};

TEST_F(RelayParametersTest, SizeIsTold) {
    open("SIZE 1000");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> SIZE=1000\r\n");
}

TEST_F(RelayParametersTest, AMailThatIsTooBigIsNotOffered) {
    open("SIZE 999");
    expect_refusal("5.3.4");
}

TEST_F(RelayParametersTest, NoLimitToldIsNone) {
    for (const char* size : {"SIZE", "SIZE 0"}) {
        open(size);
        EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> SIZE=1000\r\n");
    }
}

TEST_F(RelayParametersTest, EightBitIsDeclared) {
    transaction_.eight_bit = true;
    open("8bitmime");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> BODY=8BITMIME\r\n");
}

// RFC 6152 §3.
TEST_F(RelayParametersTest, EightBitIsNotSentToOneWhoDoesNotTakeIt) {
    transaction_.eight_bit = true;
    open();
    expect_refusal("5.6.3");
}

// RFC 5321 §2.4.
TEST_F(RelayParametersTest, WhatIsNotMimeIsNotDeclaredForTheSender) {
    transaction_.eight_bit = transaction_.no_mime = true;
    open("8BITMIME");
    expect_refusal("5.6.3");
}

TEST_F(RelayParametersTest, WhatTheSenderDeclaredStaysDeclared) {
    transaction_.eight_bit = transaction_.no_mime = envelope_.eight_bit = true;
    open("8BITMIME");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> BODY=8BITMIME\r\n");
}

TEST_F(RelayParametersTest, DeclaredEightBitThatIsNoneMayGo) {
    envelope_.eight_bit = true;
    open();
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\n");
}

TEST_F(RelayParametersTest, BinaryGoesInAChunk) {
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

TEST_F(RelayParametersTest, BinaryIsNotSentWhenNobodyIsLeft) {
    envelope_.binary = true;
    open("PIPELINING|CHUNKING|BINARYMIME");
    begin();
    EXPECT_EQ(hear("250 ok\r\n550 no\r\n"), "");
    EXPECT_EQ(session_->phase(), Phase::ready);
}

TEST_F(RelayParametersTest, BinaryIsNotSentToOneWhoDoesNotTakeIt) {
    envelope_.binary = true;
    open("CHUNKING|8BITMIME");
    expect_refusal("5.6.3");
}

TEST_F(RelayParametersTest, SmtpUtf8) {
    envelope_.smtputf8 = true;
    envelope_.recipients[0].address =
        "b\xc3\xb6"
        "b@remote.example";
    open("8BITMIME|SMTPUTF8");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> SMTPUTF8\r\n");
    open("8BITMIME");
    expect_refusal("5.6.7");
}

TEST_F(RelayParametersTest, AnInternationalHeaderNeedsSmtpUtf8) {
    envelope_.smtputf8 = true;
    transaction_.eight_bit = transaction_.eight_bit_header = true;
    open("8BITMIME");
    expect_refusal("5.6.7");
}

TEST_F(RelayParametersTest, WhatNeedsNoSmtpUtf8MayGoWithout) {
    envelope_.smtputf8 = true;
    open("8BITMIME");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org>\r\n");
}

// RFC 3461 §5.2.1, §5.2.2.
TEST_F(RelayParametersTest, DsnParametersArePassedOn) {
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
TEST_F(RelayParametersTest, RequireTlsNeedsAVerifiedHost) {
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

// RFC 2852 §4.1.
TEST_F(RelayParametersTest, TheTimeThatIsLeftIsTold) {
    envelope_.deliver_by = routing::DeliverBy{};
    transaction_.seconds_left = -7;
    open("DELIVERBY");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> BY=-7;N\r\n");
    envelope_.deliver_by->or_return = envelope_.deliver_by->trace = true;
    transaction_.seconds_left = 100;
    open("DELIVERBY 100,SOMETHING");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> BY=100;RT\r\n");
}

TEST_F(RelayParametersTest, WhatIsToBeReturnedIsNotSentToOneWhoDoesNot) {
    envelope_.deliver_by = routing::DeliverBy{};
    envelope_.deliver_by->or_return = true;
    transaction_.seconds_left = 99;
    open();
    expect_refusal("5.3.3");
    open("DELIVERBY 100");
    expect_refusal("5.4.7");
    transaction_.seconds_left = 0;
    open("DELIVERBY");
    expect_refusal("5.4.7");
}

TEST_F(RelayParametersTest, TheSenderIsToldWhereThePromiseEndsAndWhereATraceGoesOn) {
    struct {
        bool trace;
        const char* offers;
        bool told;
    } const cases[] = {{false, "DELIVERBY", false}, {false, "DSN", true}, {true, "DELIVERBY", true}};
    for (const auto& c : cases) {
        envelope_.deliver_by = routing::DeliverBy{};
        envelope_.deliver_by->trace = c.trace;
        open(c.offers);
        begin();
        hear("250 ok\r\n");
        hear("250 ok\r\n");
        hear("354 go\r\n");
        session_->content_sent();
        hear("250 ok\r\n");
        EXPECT_EQ(session_->results()[0].told_when_relayed, c.told) << c.offers;
    }
}

// RFC 6710 §4.2, §4.3.
TEST_F(RelayParametersTest, ThePriorityIsToldWhereItIsUnderstood) {
    open("MT-PRIORITY MIXER");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> MT-PRIORITY=0\r\n");
    envelope_.priority = -4;
    open("mt-priority");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> MT-PRIORITY=-4\r\n");
    open("SIZE");
    EXPECT_EQ(begin(), "MAIL FROM:<ann@example.org> SIZE=1000\r\n");
}

TEST_F(RelayParametersTest, NothingCanBeSmuggledThroughAnAddress) {
    envelope_.recipients[0].address = "bob@x>\r\nRCPT TO:<eve@x";
    open();
    expect_refusal("5.1.3");
}

// RFC 5321 §4.5.3.2.
TEST_F(RelayParametersTest, HasThePatienceOfTheStandard) {
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

}  // namespace
}  // namespace refserver::outgoing_mail
