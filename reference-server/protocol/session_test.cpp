#include "protocol/session.h"

#include "protocol/session_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// The life of a session: requests and answers, TLS, timeouts, stopping, the client's end.
namespace refserver::protocol {
namespace {

using harness::codes;
using harness::Conversation;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* up_to_data =
    "EHLO client.example\r\nMAIL FROM:<ann@remote.example>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n";

/// The request that must be pending.
template <typename Kind>
Kind request_of(Session& session) {
    const auto request = session.take_request();
    EXPECT_TRUE(request && std::holds_alternative<Kind>(*request));
    return request && std::holds_alternative<Kind>(*request) ? std::get<Kind>(*request) : Kind{};
}

TEST(Session, TakesAMail) {
    Conversation client;
    EXPECT_THAT(client.greeting, StartsWith("220 mail.example.org "));
    EXPECT_THAT(client.say("EHLO client.example\r\n"), StartsWith("250-mail.example.org\r\n"));
    EXPECT_THAT(client.say("MAIL FROM:<ann@remote.example>\r\n"), StartsWith("250 2.1.0 "));
    EXPECT_THAT(client.say("RCPT TO:<bob@example.org>\r\n"), StartsWith("250 2.1.5 "));
    EXPECT_THAT(client.say("DATA\r\n"), StartsWith("354 "));
    EXPECT_THAT(client.say("Subject: hello\r\n\r\n..dot\r\n.\r\n"), StartsWith("250 2.0.0 "));
    ASSERT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.stored[0].content, "Subject: hello\r\n\r\n.dot\r\n");
    EXPECT_THAT(client.say("QUIT\r\n"), StartsWith("221 2.0.0 mail.example.org "));
    EXPECT_TRUE(client.closed);
}

TEST(Session, NoReplyBeforeTheCrLf) {
    Conversation client;
    EXPECT_EQ(client.say("NOOP"), "");
    EXPECT_EQ(client.say("\r"), "");
    EXPECT_EQ(codes(client.say("\n")), "250");
}

TEST(Session, PipelinedCommandsAreAnsweredInOrder) {
    Conversation client;
    EXPECT_EQ(codes(client.say(
                  "EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<unknown@example.org>\r\nRCPT "
                  "TO:<bob@example.org>\r\nDATA\r\n"
                  ".\r\nMAIL FROM:<>\r\nFOO\r\nRCPT TO:<bob@example.org>\r\nDATA\r\na\r\n.\r\nQUIT\r\nNOOP\r\n")),
              "250 250 550 250 354 250 250 500 250 354 250 221");
    EXPECT_EQ(client.stored.size(), 2U);
}

TEST(Session, KeepsInputUntilTheCommitIsAnswered) {
    Conversation client;
    client.say(up_to_data);
    client.session.feed(".\r\nNOOP\r\n", client.now);
    EXPECT_TRUE(client.session.waiting());
    client.session.feed("VRFY bob\r\n", client.now);
    EXPECT_EQ(client.session.take_output(), "");
    const auto commit = request_of<CommitMail>(client.session);
    EXPECT_EQ(commit.envelope.recipients.size(), 1U);
    EXPECT_FALSE(client.session.take_request());
    client.session.mail_committed(CommitOutcome::stored, client.now);
    EXPECT_EQ(codes(client.session.take_output()), "250 250 252");
    EXPECT_FALSE(client.session.waiting());
}

TEST(Session, ClosesWhenFedWithoutEndWhileWaiting) {
    Conversation client;
    client.session.feed(std::string(up_to_data) + ".\r\n", client.now);
    for (int i = 0; i < 100; ++i) client.session.feed(std::string(10'000, 'x'), client.now);
    EXPECT_THAT(client.session.take_output(), HasSubstr("421 4.7.0 "));
    request_of<Close>(client.session);
}

TEST(Session, AnswersThatNobodyAskedForChangeNothing) {
    Conversation client;
    client.session.login_verified(true, client.now);
    client.session.login_unavailable(client.now);
    client.session.mail_committed(CommitOutcome::stored, client.now);
    client.session.tls_started("TLSv1.3", "X", client.now);
    EXPECT_EQ(client.session.take_output(), "");
    EXPECT_EQ(codes(client.say("EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@elsewhere.example>\r\n")),
              "250 250 550");
}

std::shared_ptr<ServerFacts> facts_with_tls() {
    auto facts = harness::test_facts();
    facts->tls_available = true;
    return facts;
}

/// RFC 3207 §4.2.
TEST(StartTls, ForgetsEverythingSaidInClear) {
    Conversation client(facts_with_tls());
    EXPECT_THAT(client.say("EHLO client.example\r\n"), HasSubstr("250-STARTTLS\r\n"));
    client.say("AUTH PLAIN AGJvYgByaWdodA==\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\n");
    EXPECT_EQ(codes(client.say("STARTTLS\r\nMAIL FROM:<>\r\n")), "220");
    EXPECT_EQ(codes(client.say("DATA\r\nRCPT TO:<bob@example.org>\r\nMAIL FROM:<>\r\nSTARTTLS\r\n")),
              "503 503 503 503");
    EXPECT_THAT(client.say("EHLO client.example\r\n"), testing::Not(HasSubstr("STARTTLS")));
    EXPECT_THAT(client.say("STARTTLS\r\n"), StartsWith("503 5.5.1 "));
    EXPECT_EQ(codes(client.say(
                  "MAIL FROM:<>\r\nRCPT TO:<a@elsewhere.example>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n.\r\n")),
              "250 550 250 354 250");
    EXPECT_THAT(client.stored.at(0).commit.received_field, HasSubstr("with ESMTPS\r\n"));
    EXPECT_THAT(client.stored.at(0).commit.received_field, HasSubstr("tls TLS_AES_256_GCM_SHA384 (TLSv1.3)"));
}

/// CVE-2011-0411: nothing that came in clear is taken for part of the protected session.
TEST(StartTls, ClearTextBehindItIsGone) {
    Conversation client(facts_with_tls());
    client.say("EHLO client.example\r\n");
    client.session.feed("STARTTLS\r\nEHLO injected.example\r\nNO", client.now);
    EXPECT_EQ(codes(client.session.take_output()), "220");
    request_of<StartTls>(client.session);
    EXPECT_TRUE(client.session.waiting());
    client.session.feed("OP\r\nNOOP\r\n", client.now);
    client.session.tls_started("TLSv1.3", "TLS_AES_128_GCM_SHA256", client.now);
    EXPECT_EQ(client.session.take_output(), "");
    EXPECT_EQ(codes(client.say("NOOP\r\nMAIL FROM:<>\r\n")), "250 503");
}

TEST(ImplicitTls, BeginsWithTheHandshake) {
    Conversation client(facts_with_tls(), {"c1", "192.0.2.1", true});
    EXPECT_THAT(client.greeting, StartsWith("220 "));
    EXPECT_EQ(codes(client.say("EHLO client.example\r\nSTARTTLS\r\n")), "250 503");
    client.say(up_to_data);
    client.say(".\r\n");
    EXPECT_THAT(client.stored.at(0).commit.received_field, HasSubstr("with ESMTPS\r\n"));
}

TEST(ImplicitTls, IsLeftWithoutClearTextWhenTheServerStops) {
    Conversation around;
    Session session(facts_with_tls(), {"c1", "192.0.2.1", true}, around.policy, around.content);
    session.shut_down();
    EXPECT_EQ(session.take_output(), "");
    request_of<Close>(session);
    session.tls_started("TLSv1.3", "TLS_AES_256_GCM_SHA384", around.now);
    session.feed("NOOP\r\n", around.now);
    EXPECT_EQ(session.take_output(), "");
}

TEST(StartTls, IsNotImplementedWithoutCertificate) {
    Conversation client;
    EXPECT_THAT(client.say("EHLO client.example\r\n"), testing::Not(HasSubstr("STARTTLS")));
    EXPECT_THAT(client.say("STARTTLS\r\n"), StartsWith("502 5.5.1 "));
}

TEST(Waiting, TellsWhatForAndHowLong) {
    Conversation client;
    EXPECT_EQ(client.session.awaiting(), Awaiting::command);
    EXPECT_EQ(client.session.patience(), std::chrono::minutes(5));
    client.say("EHLO client.example\r\nAUTH PLAIN\r\n");
    EXPECT_EQ(client.session.awaiting(), Awaiting::login_answer);
    client.say("*\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nBDAT 3\r\n");
    EXPECT_EQ(client.session.awaiting(), Awaiting::data_block);
    client.say("abcRSET\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n");
    EXPECT_EQ(client.session.awaiting(), Awaiting::data_block);
    client.session.feed(".\r\n", client.now);
    EXPECT_EQ(client.session.awaiting(), Awaiting::nothing);
}

TEST(Waiting, EndsWith421) {
    for (const char* said : {"", "NOO", "EHLO client.example\r\nAUTH PLAIN\r\n", up_to_data}) {
        Conversation client;
        client.say(said);
        client.session.timed_out();
        client.settle();
        EXPECT_THAT(client.take_replies(), StartsWith("421 4.4.2 mail.example.org "));
        EXPECT_TRUE(client.closed);
        EXPECT_EQ(client.content.begun, client.content.discarded);
        EXPECT_EQ(client.say("NOOP\r\n"), "");
    }
}

TEST(Waiting, IsNotTheClientsFaultWhileACommitIsPending) {
    Conversation client;
    client.session.feed(std::string(up_to_data) + ".\r\n", client.now);
    client.session.take_output();
    client.session.timed_out();
    EXPECT_EQ(client.session.take_output(), "");
}

TEST(ShutDown, GoesAtOnceWhereNoMailIsUnderWay) {
    for (const char* said : {"", "EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\n",
                             "EHLO client.example\r\nAUTH PLAIN\r\n"}) {
        Conversation client;
        client.say(said);
        client.session.shut_down();
        client.settle();
        EXPECT_THAT(client.take_replies(), StartsWith("421 4.3.2 mail.example.org ")) << said;
        EXPECT_TRUE(client.closed);
    }
}

TEST(ShutDown, WaitsForTheEndOfTheMail) {
    for (const auto& [end, expected] :
         {std::pair{"a\r\n.\r\nNOOP\r\n", "250 421"}, {"a\n.\r\n.\r\nNOOP\r\n", "550 421"}}) {
        Conversation client;
        client.say(up_to_data);
        client.session.shut_down();
        client.settle();
        EXPECT_EQ(client.take_replies(), "");
        EXPECT_EQ(codes(client.say(end)), expected);
        EXPECT_TRUE(client.closed);
    }
}

TEST(ShutDown, WaitsForThePendingCommit) {
    Conversation client;
    client.session.feed(std::string(up_to_data) + ".\r\n", client.now);
    client.session.take_output();
    client.session.shut_down();
    EXPECT_EQ(client.session.take_output(), "");
    client.settle();
    EXPECT_EQ(codes(client.take_replies()), "250 421");
    EXPECT_EQ(client.stored.size(), 1U);
    EXPECT_TRUE(client.closed);
}

TEST(ShutDown, LeavesATlsHandshakeWithoutClearText) {
    Conversation client(facts_with_tls());
    client.say("EHLO client.example\r\n");
    client.session.feed("STARTTLS\r\n", client.now);
    client.session.take_output();
    client.session.take_request();
    client.session.shut_down();
    EXPECT_EQ(client.session.take_output(), "");
    request_of<Close>(client.session);
}

TEST(EndOfInput, CancelsWhatIsNotComplete) {
    for (const char* said : {"", "EHLO client.example\r\nMAIL FROM:<>\r\n", up_to_data}) {
        Conversation client;
        client.say(said);
        client.say("half a li");
        client.session.end_of_input();
        client.settle();
        EXPECT_TRUE(client.closed);
        EXPECT_EQ(client.take_replies(), "");
        EXPECT_TRUE(client.stored.empty());
        EXPECT_EQ(client.content.begun, client.content.discarded);
    }
}

TEST(EndOfInput, DoesNotCancelWhatIs) {
    Conversation client;
    client.session.feed(std::string(up_to_data) + "a\r\n.\r\nNOOP\r\n", client.now);
    client.session.end_of_input();
    client.session.take_output();
    client.settle();
    EXPECT_EQ(codes(client.take_replies()), "250 250");
    EXPECT_EQ(client.stored.size(), 1U);
    EXPECT_EQ(client.content.discarded, 0U);
    EXPECT_TRUE(client.closed);
}

TEST(Facts, NewOnesHoldFromTheNextTransaction) {
    Conversation client;
    client.say("EHLO client.example\r\nMAIL FROM:<>\r\n");
    auto other = harness::test_facts();
    other->max_recipients = 1;
    client.session.facts_changed(other);
    EXPECT_EQ(codes(client.say("RCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRSET\r\n")), "250 250 250");
    EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n")),
              "250 250 452");
    auto another = harness::test_facts();
    client.say("RSET\r\n");
    client.session.facts_changed(another);
    EXPECT_EQ(codes(client.say("MAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n")),
              "250 250 250");
}

TEST(Log, SaysWhatHappenedAndWhichRuleDecided) {
    Conversation client;
    client.say(
        "EHLO client.example\r\nMAIL FROM:<refused@x.example>\r\nMAIL FROM:<>\r\nRCPT TO:<unknown@example.org>\r\nRCPT "
        "TO:<bob@example.org>\r\n"
        "DATA\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\na\n.\r\n.\r\n");
    const auto log = client.session.take_log();
    using Fields = std::vector<std::pair<std::string, std::string>>;
    ASSERT_EQ(log.size(), 4U);
    EXPECT_EQ(log[0].event, "mail-refused");
    EXPECT_EQ(log[0].fields, (Fields{{"from", "refused@x.example"}, {"rule", "X12"}}));
    EXPECT_EQ(log[1].event, "recipient-refused");
    EXPECT_EQ(log[1].fields, (Fields{{"to", "unknown@example.org"}, {"rule", "X2"}}));
    EXPECT_EQ(log[2].event, "mail-accepted");
    EXPECT_EQ(log[3].event, "mail-refused");
    EXPECT_THAT(client.session.take_log(), IsEmpty());
}

}  // namespace
}  // namespace refserver::protocol
