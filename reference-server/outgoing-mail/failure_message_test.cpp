#include "outgoing-mail/failure_message.h"

#include "outgoing-mail/scratch_directory_test.h"

#include <cstdio>

#include <gmock/gmock.h>

// RFC 3464, RFC 3461 §6, RFC 6522, RFC 6533.
namespace refserver::outgoing_mail {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr Time arrived{std::chrono::seconds{1'700'000'000}};  // Tue, 14 Nov 2023 22:13:20 UTC

class FailureMessageTest : public ::testing::Test {
protected:
    FailureMessageTest() {
        mail_.id = "17";
        mail_.arrived = arrived;
        mail_.envelope.reverse_path = "ann@example.org";
        add("bob@remote.example");
    }
    void TearDown() override { std::fclose(file_); }

    void add(const std::string& address, const std::string& notify = "", const std::string& original = "") {
        routing::Recipient r;
        r.address = address;
        r.notify = notify;
        r.original_recipient = original;
        mail_.envelope.recipients.push_back(r);
    }

    static Ending refused(std::size_t recipient = 0) {
        return {recipient, {Outcome::permanent, "550 5.1.1 unknown", "5.1.1", "mx.remote.example", false}, false};
    }
    static Ending delivered(bool dsn_passed_on = false) {
        return {0, {Outcome::delivered, "250 2.0.0 ok", "2.0.0", "mx.remote.example", dsn_passed_on}, false};
    }

    static Ending in_mailbox() { return {0, {Outcome::delivered, "delivered", "2.0.0", {}, false}, false}; }
    static Ending waiting() {
        return {0, {Outcome::temporary, "450 4.2.1 later", "4.2.1", "mx.remote.example", false}, false};
    }

    std::string compose(const std::vector<Ending>& endings, ReportKind kind = ReportKind::failed) {
        std::fwrite(message_.data(), 1, message_.size(), file_);
        std::fflush(file_);
        report_ = compose_report(
            kind, mail_.envelope, endings, {::fileno(file_), 0, message_.size()},
            {"mail.example.org", "4711", arrived, arrived + std::chrono::seconds{5}, scratch_.path().string()});
        return report_.content->read(0, report_.content->size());
    }

    testing::ScratchDirectory scratch_;
    std::FILE* file_ = std::tmpfile();
    QueuedMail mail_;
    std::string message_ = "Subject: lunch\r\nFrom: ann@example.org\r\n\r\nAt noon.\r\n";
    routing::AcceptedMail report_;
};

TEST_F(FailureMessageTest, GoesToTheReversePathWithANullOne) {
    compose({refused()});
    EXPECT_EQ(report_.envelope.reverse_path, "");
    ASSERT_THAT(report_.envelope.recipients, SizeIs(1));
    EXPECT_EQ(report_.envelope.recipients[0].address, "ann@example.org");
    EXPECT_EQ(report_.envelope.recipients[0].notify, "");
    EXPECT_EQ(report_.envelope.ret, "");
    EXPECT_FALSE(report_.envelope.eight_bit);
}

TEST_F(FailureMessageTest, HasTheHeaderOfAReport) {
    EXPECT_THAT(
        compose({refused()}),
        AllOf(
            StartsWith("From: "), HasSubstr("\r\nTo: <ann@example.org>\r\n"), HasSubstr("\r\nSubject: "),
            HasSubstr("\r\nDate: Tue, 14 Nov 2023 22:13:25 +0000\r\n"),
            HasSubstr("\r\nMessage-ID: <4711@mail.example.org>\r\n"), HasSubstr("\r\nMIME-Version: 1.0\r\n"),
            HasSubstr("\r\nAuto-Submitted: auto-replied\r\n"),
            HasSubstr(
                "\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"report-4711\"\r\n")));
}

TEST_F(FailureMessageTest, HasThreeParts) {
    const auto text = compose({refused()});
    std::vector<std::string> types;
    for (std::size_t at = 0; (at = text.find("\r\n--report-4711\r\nContent-Type: ", at)) != std::string::npos;) {
        at += 31;
        types.push_back(text.substr(at, text.find_first_of(";\r", at) - at));
    }
    EXPECT_THAT(types, ElementsAre("text/plain", "message/delivery-status", "text/rfc822-headers"));
    EXPECT_THAT(text, ::testing::EndsWith("\r\n--report-4711--\r\n"));
}

TEST_F(FailureMessageTest, TellsTheStatusOfEachRecipient) {
    add("eve@other.example", "", "rfc822;eve@old.example");
    mail_.envelope.envelope_id = "QQ314";
    const Ending expired{1, {Outcome::temporary, "451 4.3.0 later", "4.3.0", "mx.other.example", false}, true};
    EXPECT_THAT(compose({refused(), expired}),
                AllOf(HasSubstr("\r\n\r\nOriginal-Envelope-Id: QQ314\r\nReporting-MTA: dns; mail.example.org\r\n"
                                "Arrival-Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\n"
                                "Final-Recipient: rfc822; bob@remote.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
                                "Remote-MTA: dns; mx.remote.example\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n"),
                      HasSubstr("\r\n\r\nOriginal-Recipient: rfc822;eve@old.example\r\n"
                                "Final-Recipient: rfc822; eve@other.example\r\nAction: failed\r\nStatus: 4.4.7\r\n"
                                "Remote-MTA: dns; mx.other.example\r\nDiagnostic-Code: smtp; 451 4.3.0 later\r\n")));
}

TEST_F(FailureMessageTest, WhatNoHostSaidIsNoDiagnosticOfOne) {
    EXPECT_THAT(compose({{0, {Outcome::permanent, "there is no domain x", "5.1.2", {}, false}, false}}),
                AllOf(HasSubstr("Status: 5.1.2\r\n"), Not(HasSubstr("Remote-MTA")), Not(HasSubstr("Diagnostic-Code"))));
}

TEST_F(FailureMessageTest, ARelayHostGivenAsAnAddress) {
    auto ending = refused();
    ending.result.host = "192.0.2.7";
    EXPECT_THAT(compose({ending}), HasSubstr("Remote-MTA: dns; [192.0.2.7]\r\n"));
    ending.result.host = "2001:db8::7";
    EXPECT_THAT(compose({ending}), HasSubstr("Remote-MTA: dns; [IPv6:2001:db8::7]\r\n"));
    ending.result.host = "[192.0.2.7]";
    EXPECT_THAT(compose({ending}), HasSubstr("Remote-MTA: dns; [192.0.2.7]\r\n"));
}

TEST_F(FailureMessageTest, ReturnsTheHeaderUnlessTheWholeWasAskedFor) {
    for (const char* ret : {"", "HDRS"}) {
        mail_.envelope.ret = ret;
        EXPECT_THAT(compose({refused()}),
                    AllOf(HasSubstr("text/rfc822-headers\r\n\r\nSubject: lunch\r\n"), Not(HasSubstr("At noon."))));
    }
    mail_.envelope.ret = "FULL";
    EXPECT_THAT(compose({refused()}),
                HasSubstr("message/rfc822\r\n\r\nSubject: lunch\r\nFrom: ann@example.org\r\n\r\nAt noon.\r\n"));
}

TEST_F(FailureMessageTest, AnEightBitCopyIsDeclared) {
    mail_.envelope.ret = "FULL";
    message_ = "Subject: x\r\n\r\n\xc3\xa9\r\n";
    EXPECT_THAT(compose({refused()}), HasSubstr("message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: x"));
    EXPECT_TRUE(report_.envelope.eight_bit);
    EXPECT_FALSE(report_.envelope.smtputf8);
}

TEST_F(FailureMessageTest, AnInternationalAddressMakesAnInternationalReport) {
    mail_.envelope.recipients[0].address =
        "b\xc3\xb6"
        "b@remote.example";
    mail_.envelope.smtputf8 = true;
    EXPECT_THAT(compose({refused()}), AllOf(HasSubstr("message/global-delivery-status\r\n"),
                                            HasSubstr("Final-Recipient: utf-8; b\xc3\xb6"
                                                      "b@remote.example\r\n"),
                                            HasSubstr("Content-Type: message/global-headers\r\n")));
    EXPECT_TRUE(report_.envelope.smtputf8);
    EXPECT_TRUE(report_.envelope.eight_bit);
}

TEST_F(FailureMessageTest, AnInternationalOriginalRecipientOfAnAsciiMailIsEncoded) {
    mail_.envelope.recipients[0].original_recipient = "utf-8;b\xc3\xb6@remote.example";
    EXPECT_THAT(compose({refused()}), HasSubstr("\r\nOriginal-Recipient: utf-8;b\\x{F6}@remote.example\r\n"));
    EXPECT_FALSE(report_.envelope.smtputf8);
}

TEST_F(FailureMessageTest, NothingCanBePutInThroughTheEnvelope) {
    mail_.envelope.envelope_id = "x\r\nInjected: yes";
    mail_.envelope.recipients[0].original_recipient = "rfc822;x\r\nInjected: yes";
    EXPECT_THAT(compose({refused()}), Not(HasSubstr("\nInjected")));
}

TEST_F(FailureMessageTest, ARelayedReport) {
    mail_.envelope.ret = "FULL";
    EXPECT_THAT(compose({delivered()}, ReportKind::relayed),
                AllOf(HasSubstr("Action: relayed\r\nStatus: 2.0.0\r\n"), HasSubstr("text/rfc822-headers")));
}

TEST_F(FailureMessageTest, ADeliveredReport) {
    EXPECT_THAT(
        compose({in_mailbox()}, ReportKind::delivered),
        AllOf(HasSubstr("Final-Recipient: rfc822; bob@remote.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"),
              Not(HasSubstr("Remote-MTA")), HasSubstr("text/rfc822-headers\r\n\r\nSubject: lunch\r\n")));
}

TEST_F(FailureMessageTest, ADelayedReport) {
    mail_.envelope.ret = "FULL";
    EXPECT_THAT(compose({waiting()}, ReportKind::delayed),
                AllOf(HasSubstr("Action: delayed\r\nStatus: 4.2.1\r\n"), HasSubstr("text/rfc822-headers")));
}

TEST_F(FailureMessageTest, WhatMayOnlyTravelInTlsIsNotReturned) {
    mail_.envelope.ret = "FULL";
    mail_.envelope.require_tls = true;
    EXPECT_THAT(compose({refused()}), Not(HasSubstr("At noon.")));
    EXPECT_TRUE(report_.envelope.require_tls);
}

TEST_F(FailureMessageTest, OnlyThoseWhoAskedAreTold) {
    const auto told = [&](const std::string& notify, const Ending& ending, ReportKind kind) {
        mail_.envelope.recipients[0].notify = notify;
        return !to_report(kind, mail_.envelope, {ending}).empty();
    };
    EXPECT_TRUE(told("", refused(), ReportKind::failed));
    EXPECT_TRUE(told("FAILURE,DELAY", refused(), ReportKind::failed));
    EXPECT_FALSE(told("NEVER", refused(), ReportKind::failed));
    EXPECT_FALSE(told("SUCCESS", refused(), ReportKind::failed));
    EXPECT_FALSE(told("SUCCESS,FAILURE", delivered(), ReportKind::failed));
    EXPECT_TRUE(told("SUCCESS,FAILURE", delivered(), ReportKind::relayed));
    EXPECT_FALSE(told("SUCCESS", delivered(true), ReportKind::relayed));
    EXPECT_FALSE(told("", delivered(), ReportKind::relayed));
    EXPECT_FALSE(told("SUCCESS", refused(), ReportKind::relayed));
    EXPECT_TRUE(told("SUCCESS", in_mailbox(), ReportKind::delivered));
    EXPECT_FALSE(told("FAILURE", in_mailbox(), ReportKind::delivered));
    EXPECT_FALSE(told("SUCCESS", in_mailbox(), ReportKind::relayed));
    EXPECT_FALSE(told("SUCCESS", delivered(), ReportKind::delivered));
    EXPECT_TRUE(told("FAILURE,DELAY", waiting(), ReportKind::delayed));
    EXPECT_FALSE(told("", waiting(), ReportKind::delayed));
    EXPECT_FALSE(told("NEVER", waiting(), ReportKind::delayed));
    EXPECT_FALSE(told("DELAY", refused(), ReportKind::delayed));
    EXPECT_FALSE(told("FAILURE,DELAY", waiting(), ReportKind::failed));
}

TEST_F(FailureMessageTest, NothingIsEverToldAboutAReport) {
    mail_.envelope.reverse_path = "";
    mail_.envelope.recipients[0].notify = "SUCCESS,FAILURE";
    EXPECT_THAT(to_report(ReportKind::failed, mail_.envelope, {refused()}), IsEmpty());
    EXPECT_THAT(to_report(ReportKind::relayed, mail_.envelope, {delivered()}), IsEmpty());
}

}  // namespace
}  // namespace refserver::outgoing_mail
