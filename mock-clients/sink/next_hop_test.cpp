#include "sink/next_hop.h"

#include "sink/next_hop_harness.h"

#include <future>

#include <gmock/gmock.h>

namespace smtpspec::sink {
namespace {

using client::NextHop;
using client::SunkMail;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;
using namespace std::string_literals;

class NextHopTest : public testing::Test {
protected:
    TestClient connect(const std::string& address = "127.0.0.2") {
        TestClient client(address, hop_->port());
        EXPECT_THAT(client.reply(), StartsWith("220 "));
        return client;
    }
    TestClient greeted(const std::string& address = "127.0.0.2") {
        TestClient client = connect(address);
        EXPECT_THAT(client.say("EHLO mail.example.org"), StartsWith("250-"));
        return client;
    }
    static void open(TestClient& client, const std::string& recipient) {
        EXPECT_THAT(client.say("MAIL FROM:<alice@example.org>"), StartsWith("250 2.1.0 "));
        EXPECT_THAT(client.say("RCPT TO:<" + recipient + ">"), StartsWith("250 2.1.5 "));
    }
    static std::string deliver(TestClient& client, const std::string& recipient, const std::string& content) {
        open(client, recipient);
        EXPECT_THAT(client.say("DATA"), StartsWith("354 "));
        client.send(content + ".\r\n");
        return client.reply();
    }
    std::vector<SunkMail> mails(const std::string& domain) { return hop_->mails(domain, 0, 0ms); }

    std::unique_ptr<NextHop> hop_ = client::start_next_hop({});
};

TEST_F(NextHopTest, counts_the_connections_that_stand_at_one_time) {
    EXPECT_EQ(hop_->most_connections(), 0U);
    { const TestClient one = greeted(); }
    // The one before was closed first, whether or not that has been read.
    TestClient two = greeted();
    EXPECT_EQ(hop_->most_connections(), 1U);
    const TestClient three = greeted("127.0.0.3");
    EXPECT_EQ(hop_->most_connections(), 2U);
    EXPECT_THAT(two.say("QUIT"), StartsWith("221 "));
    const TestClient four = greeted();
    EXPECT_EQ(hop_->most_connections(), 2U);
}

TEST_F(NextHopTest, listens_on_its_addresses_and_on_no_other) {
    EXPECT_FALSE(refused("127.0.0.2", hop_->port()));
    EXPECT_FALSE(refused("127.0.0.40", hop_->port()));
    EXPECT_TRUE(refused("127.0.0.1", hop_->port()));
    EXPECT_TRUE(refused("127.0.0.41", hop_->port()));
}

TEST_F(NextHopTest, records_a_mail) {
    TestClient client = greeted("127.0.0.31");
    EXPECT_THAT(client.say("MAIL FROM:<alice@example.org> SIZE=20 body=8BITMIME RET=HDRS ENVID=x"), StartsWith("250"));
    EXPECT_THAT(client.say("RCPT TO:<ann@One.remote.example> NOTIFY=NEVER"), StartsWith("250"));
    EXPECT_THAT(client.say("RCPT TO:<\"a >@\"@two.remote.example>"), StartsWith("250"));
    EXPECT_THAT(client.say("RCPT TO:<ben@one.remote.example>"), StartsWith("250"));
    EXPECT_THAT(client.say("DATA"), StartsWith("354"));
    client.send("A: b\r\n\r\n..x\r\nbare\nlf \r cr\0\xff\r\n.\r\n"s);
    EXPECT_THAT(client.reply(), StartsWith("250 2.0.0 "));

    const std::vector<SunkMail> one = mails("ONE.remote.example");
    ASSERT_THAT(one, SizeIs(1));
    EXPECT_EQ(one[0].reverse_path, "alice@example.org");
    EXPECT_THAT(one[0].mail_parameters,
                ElementsAre(Pair("BODY", "8BITMIME"), Pair("ENVID", "x"), Pair("RET", "HDRS"), Pair("SIZE", "20")));
    EXPECT_THAT(one[0].recipients, ElementsAre("ann@One.remote.example", "ben@one.remote.example"));
    EXPECT_THAT(one[0].recipient_parameters.at("ann@One.remote.example"), ElementsAre(Pair("NOTIFY", "NEVER")));
    EXPECT_EQ(one[0].content, "A: b\r\n\r\n.x\r\nbare\nlf \r cr\0\xff\r\n"s);
    EXPECT_EQ(one[0].came_to, "127.0.0.31");
    EXPECT_EQ(one[0].helo, "mail.example.org");
    EXPECT_FALSE(one[0].tls);
    ASSERT_THAT(mails("two.remote.example"), SizeIs(1));
    EXPECT_THAT(mails("two.remote.example")[0].recipients, ElementsAre("\"a >@\"@two.remote.example"));
    EXPECT_THAT(mails("remote.example"), IsEmpty());

    hop_->forget("two.remote.example");
    EXPECT_THAT(mails("two.remote.example"), IsEmpty());
    hop_->forget("remote.example");
    EXPECT_THAT(mails("one.remote.example"), IsEmpty());
}

TEST_F(NextHopTest, waits_for_mail) {
    auto waiting = std::async(std::launch::async, [&] { return hop_->mails("x.remote.example", 2, 10s); });
    TestClient client = greeted();
    EXPECT_THAT(deliver(client, "ann@x.remote.example", "first\r\n"), StartsWith("250"));
    EXPECT_THAT(deliver(client, "ann@x.remote.example", "second\r\n"), StartsWith("250"));
    const std::vector<SunkMail> got = waiting.get();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_EQ(got[0].content, "first\r\n");
    EXPECT_EQ(got[1].content, "second\r\n");
    EXPECT_THAT(hop_->mails("y.remote.example", 1, 1ms), IsEmpty()) << "the time is over";
}

TEST_F(NextHopTest, only_CRLF_dot_CRLF_ends_a_message) {
    TestClient client = greeted();
    EXPECT_THAT(deliver(client, "ann@x.remote.example", "a\n.\nb\r\n.\nc\n.\r\nd\r.\re\r\n.\r.\r\n"),
                StartsWith("250"));
    ASSERT_THAT(mails("x.remote.example"), SizeIs(1));
    EXPECT_EQ(mails("x.remote.example")[0].content, "a\n.\nb\r\n\nc\n.\r\nd\r.\re\r\n\r.\r\n");
    EXPECT_THAT(deliver(client, "ann@x.remote.example", ""), StartsWith("250"));
    EXPECT_EQ(mails("x.remote.example")[1].content, "");
}

TEST_F(NextHopTest, takes_a_pipelined_group_and_octets_one_by_one) {
    TestClient client = connect();
    for (char c : std::string("EHLO a\r\n")) client.send(std::string(1, c));
    EXPECT_THAT(client.reply(), HasSubstr("PIPELINING"));
    client.send("MAIL FROM:<>\r\nRCPT TO:<ann@x.remote.example>\r\nDATA\r\n");
    EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(client.reply(), StartsWith("354"));
    client.send("x\r\n.\r\nQUIT\r\n");
    EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(client.reply(), StartsWith("221"));
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(mails("x.remote.example")[0].reverse_path, "");
}

TEST_F(NextHopTest, offers_what_is_usual_or_what_it_is_told) {
    TestClient client = connect();
    const std::string usual = client.say("EHLO a");
    for (const char* keyword : {"PIPELINING", "SIZE ", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES", "CHUNKING",
                                "BINARYMIME", "AUTH PLAIN LOGIN"}) {
        EXPECT_THAT(usual, HasSubstr(keyword));
    }
    EXPECT_THAT(usual, Not(HasSubstr("STARTTLS"))) << "there is no certificate";
    EXPECT_THAT(client.say("STARTTLS"), StartsWith("502"));

    hop_->offer({"SIZE 100", "8BITMIME"});
    EXPECT_THAT(client.say("EHLO a"), testing::EndsWith("250-SIZE 100\r\n250 8BITMIME\r\n"));
    EXPECT_THAT(client.say("MAIL FROM:<a@b> SIZE=101"), StartsWith("552"));
    EXPECT_THAT(client.say("MAIL FROM:<a@b> RET=FULL"), StartsWith("555"));
    EXPECT_THAT(client.say("MAIL FROM:<a@b> BODY=BINARYMIME"), StartsWith("501"));
    EXPECT_EQ(client.say("NOOP").substr(0, 6), "250 do") << "no enhanced codes for those who were not offered them";
    EXPECT_THAT(client.say("AUTH PLAIN AHJlbGF5AHMzY3JldA=="), StartsWith("502"));
}

TEST_F(NextHopTest, holds_to_the_size_that_it_offers) {
    hop_->offer({"SIZE 100"});
    TestClient client = connect();
    client.say("EHLO a");
    for (const auto& [octets, code] : {std::pair<std::size_t, const char*>{100, "250"}, {101, "552"}}) {
        EXPECT_THAT(client.say("MAIL FROM:<a@b>"), StartsWith("250"));
        EXPECT_THAT(client.say("RCPT TO:<ann@x.remote.example>"), StartsWith("250"));
        EXPECT_THAT(client.say("DATA"), StartsWith("354"));
        client.send(std::string(octets - 2, 'a') + "\r\n.\r\n");
        EXPECT_THAT(client.reply(), StartsWith(code));
    }
    EXPECT_THAT(mails("x.remote.example"), SizeIs(1));
}

TEST_F(NextHopTest, is_strict_about_commands) {
    const struct {
        const char* said;
        const char* code;
    } table[] = {
        {"NOOP\n", "500 "},
        {"NO\rOP\r\n", "500 "},
        {"HELO\r\n", "501 "},
        {"MAIL FROM:<a@b>\r\n", "503 "},
        {"EHLO a\r\n", "250-"},
        {"RCPT TO:<a@b>\r\n", "503 "},
        {"DATA\r\n", "503 "},
        {"MAIL FROM: <a@b>\r\n", "501 "},
        {"MAIL FROM:a@b\r\n", "501 "},
        {"MAIL FROM:<a b@c>\r\n", "501 "},
        {"MAIL FROM:<a@-b>\r\n", "501 "},
        {"MAIL FROM:<a..b@c>\r\n", "501 "},
        {"MAIL FROM:<a@b>  SIZE=1\r\n", "501 "},
        {"MAIL FROM:<a@b> SIZE=1 SIZE=1\r\n", "501 "},
        {"MAIL FROM:<a@b> SIZE=x\r\n", "501 "},
        {"MAIL FROM:<a@b> NOTIFY=NEVER\r\n", "555 "},
        {"MAIL FROM:<a@b> X-Y=1\r\n", "555 "},
        {"MAIL FROM:<\xc3\xa4@b>\r\n", "553 "},
        {"MAIL FROM:<\xc3\xa4@b> SMTPUTF8\r\n", "250 "},
        {"MAIL FROM:<a@b>\r\n", "503 "},
        {"DATA\r\n", "554 "},
        {"RCPT TO:<a>\r\n", "501 "},
        {"RCPT TO:<>\r\n", "501 "},
        {"RCPT TO:<@a,@b:c@d>\r\n", "250 "},
        {"RCPT TO:<c@[127.0.0.1]>\r\n", "250 "},
        {"RCPT TO:<\xc3\xa4@b>\r\n", "250 "},
        {"RCPT TO:<c@d> SIZE=1\r\n", "555 "},
        {"DATA x\r\n", "501 "},
        {"RSET\r\n", "250 "},
        {"RCPT TO:<a@b>\r\n", "503 "},
        {"HELO a\r\n", "250 "},
        {"MAIL FROM:<a@b> SIZE=1\r\n", "555 "},
        {"VRFY a\r\n", "252 "},
        {"EXPN a\r\n", "500 "},
    };
    TestClient client = connect();
    for (const auto& [said, code] : table) {
        client.send(said);
        EXPECT_THAT(client.reply(), StartsWith(code)) << said;
    }
}

TEST_F(NextHopTest, answers_by_the_domain_as_told_and_in_the_order_told) {
    hop_->answer("x.remote.example", {"RCPT", "451 4.3.0 later", false, 2});
    hop_->answer("X.remote.example", {"RCPT", "550 5.1.1 no", false, -1});
    TestClient client = greeted();
    EXPECT_THAT(client.say("MAIL FROM:<a@b>"), StartsWith("250"));
    EXPECT_EQ(client.say("RCPT TO:<ann@x.remote.example>"), "451 4.3.0 later\r\n");
    EXPECT_THAT(client.say("RCPT TO:<ann@y.remote.example>"), StartsWith("250"));
    EXPECT_EQ(client.say("RCPT TO:<ann@x.remote.example>"), "451 4.3.0 later\r\n");
    EXPECT_EQ(client.say("RCPT TO:<ann@x.remote.example>"), "550 5.1.1 no\r\n");
    EXPECT_EQ(client.say("RCPT TO:<ann@below.x.remote.example>"), "550 5.1.1 no\r\n");
    hop_->answer("x.remote.example", {"RCPT", "250 now it is", false, -1});
    EXPECT_EQ(client.say("RCPT TO:<ann@x.remote.example>"), "250 now it is\r\n");
    EXPECT_THAT(client.say("DATA"), StartsWith("354"));
    client.send("a\r\n.\r\n");
    EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(mails("x.remote.example"), SizeIs(1));
    EXPECT_THAT(mails("y.remote.example"), SizeIs(1));
}

TEST_F(NextHopTest, answers_each_verb) {
    hop_->answer("example.org", {"MAIL", "450 4.7.1 not you", false, 1});
    hop_->answer("x.remote.example", {"DATA", "452 4.3.1 full", false, 1});
    hop_->answer("x.remote.example", {"message", "554 5.6.0 no", false, 1});
    TestClient client = greeted();
    EXPECT_EQ(client.say("MAIL FROM:<alice@example.org>"), "450 4.7.1 not you\r\n");
    EXPECT_THAT(client.say("MAIL FROM:<>"), StartsWith("250"));
    EXPECT_THAT(client.say("RCPT TO:<ann@x.remote.example>"), StartsWith("250"));
    EXPECT_EQ(client.say("DATA"), "452 4.3.1 full\r\n");
    EXPECT_THAT(client.say("DATA"), StartsWith("354"));
    client.send("a\r\n.\r\n");
    EXPECT_EQ(client.reply(), "554 5.6.0 no\r\n");
    EXPECT_THAT(mails("x.remote.example"), IsEmpty());
    EXPECT_THAT(deliver(client, "ann@x.remote.example", "b\r\n"), StartsWith("250"));
    EXPECT_THAT(mails("x.remote.example"), SizeIs(1));
}

TEST_F(NextHopTest, closes_where_it_is_told_and_after_421) {
    for (const char* verb : {"MAIL", "RCPT", "DATA", "message"}) {
        hop_->answer("x.remote.example", {verb, "", true, 1});
        TestClient client = greeted();
        client.send("MAIL FROM:<a@x.remote.example>\r\nRCPT TO:<ann@x.remote.example>\r\nDATA\r\n");
        const std::string at(verb);
        const int accepted = at == "MAIL" ? 0 : at == "RCPT" ? 1 : 2;
        for (int i = 0; i < accepted; ++i) EXPECT_THAT(client.reply(), StartsWith("250"));
        if (at == "message") {
            EXPECT_THAT(client.reply(), StartsWith("354"));
            client.send("a\r\n.\r\n");
        }
        EXPECT_TRUE(client.ended()) << verb;
    }
    EXPECT_THAT(mails("x.remote.example"), IsEmpty());
    hop_->answer("x.remote.example", {"RCPT", "421 4.3.2 bye", false, 1});
    TestClient client = greeted();
    EXPECT_THAT(client.say("MAIL FROM:<>"), StartsWith("250"));
    EXPECT_EQ(client.say("RCPT TO:<ann@x.remote.example>"), "421 4.3.2 bye\r\n");
    EXPECT_TRUE(client.ended());
}

TEST_F(NextHopTest, takes_chunks) {
    TestClient client = greeted();
    EXPECT_THAT(client.say("MAIL FROM:<> BODY=BINARYMIME"), StartsWith("250"));
    client.send("BDAT 3\r\nabc");
    EXPECT_THAT(client.reply(), StartsWith("503")) << "no recipient, but the chunk has been swallowed";
    EXPECT_THAT(client.say("RCPT TO:<ann@x.remote.example>"), StartsWith("250"));
    EXPECT_THAT(client.say("DATA"), StartsWith("503"));
    client.send("BDAT 5\r\n.\r\n.\nBDAT 0\r\nBDAT 2 last\r\n\r.NOOP\r\n");
    EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(client.reply(), StartsWith("250"));
    ASSERT_THAT(mails("x.remote.example"), SizeIs(1));
    EXPECT_EQ(mails("x.remote.example")[0].content, ".\r\n.\n\r.");
    EXPECT_THAT(client.say("BDAT x"), StartsWith("501"));
    EXPECT_TRUE(client.ended());
}

TEST_F(NextHopTest, takes_any_login) {
    TestClient client = greeted();
    EXPECT_THAT(client.say("AUTH GSSAPI"), StartsWith("504"));
    EXPECT_THAT(client.say("AUTH CRAM-MD5 AA=="), StartsWith("501"));
    EXPECT_THAT(client.say("AUTH PLAIN !"), StartsWith("501"));
    EXPECT_EQ(client.say("AUTH PLAIN"), "334 \r\n");
    EXPECT_THAT(client.say("*"), StartsWith("501"));
    EXPECT_THAT(client.say("AUTH PLAIN AHJlbGF5AHMzY3JldA=="), StartsWith("235 2.7.0 "));
    EXPECT_THAT(client.say("AUTH PLAIN AHJlbGF5AHMzY3JldA=="), StartsWith("503"));
    deliver(client, "ann@x.remote.example", "a\r\n");
    EXPECT_EQ(mails("x.remote.example")[0].login, "relay");

    TestClient other = greeted();
    EXPECT_EQ(other.say("AUTH LOGIN"), "334 VXNlcm5hbWU6\r\n");
    EXPECT_EQ(other.say("cmVsYXk="), "334 UGFzc3dvcmQ6\r\n");
    EXPECT_THAT(other.say("czNjcmV0"), StartsWith("235"));
    deliver(other, "ann@y.remote.example", "a\r\n");
    EXPECT_EQ(mails("y.remote.example")[0].login, "relay");

    TestClient third = greeted();
    EXPECT_THAT(third.say("AUTH CRAM-MD5"), StartsWith("334 PDE4OTYu"));
    EXPECT_THAT(third.say("cmVsYXk="), StartsWith("501"));
    EXPECT_THAT(third.say("AUTH CRAM-MD5"), StartsWith("334 "));
    EXPECT_THAT(third.say("cmVsYXkgNDhlYWQxY2ZlNTVmYzdmMWU2OWZhODdiNWIxMDk2NmE="), StartsWith("235"));
}

TEST_F(NextHopTest, goes_down_and_comes_up_on_the_same_port) {
    TestClient client = greeted();
    const std::uint16_t port = hop_->port();
    hop_->up(false);
    EXPECT_TRUE(client.ended());
    EXPECT_TRUE(refused("127.0.0.2", port));
    EXPECT_TRUE(refused("127.0.0.40", port));
    hop_->up(false);
    hop_->up(true);
    EXPECT_EQ(hop_->port(), port);
    greeted("127.0.0.2");
    TestClient again = greeted("127.0.0.40");
    EXPECT_THAT(deliver(again, "ann@x.remote.example", "a\r\n"), StartsWith("250"));
}

TEST_F(NextHopTest, keeps_dialogues_for_reports) {
    using Side = client::SinkDialogue::Side;
    const auto said = [&](const std::string& domain) {
        return hop_->dialogues(
            domain, [](const auto&) { return true; }, 0ms);
    };
    TestClient client = greeted("127.0.0.9");
    deliver(client, "ann@x.remote.example", "a\n\r\n");
    const auto dialogues = said("x.remote.example");
    ASSERT_THAT(dialogues, SizeIs(1));
    EXPECT_EQ(dialogues[0].came_to, "127.0.0.9");
    ASSERT_GE(dialogues[0].parts.size(), 3U);
    EXPECT_EQ(dialogues[0].parts[0].side, Side::sink);
    EXPECT_THAT(dialogues[0].parts[0].octets, StartsWith("220 "));
    EXPECT_EQ(dialogues[0].parts[1].side, Side::client);
    EXPECT_EQ(dialogues[0].parts[1].octets, "EHLO mail.example.org\r\n");
    EXPECT_EQ(dialogues[0].parts[dialogues[0].parts.size() - 2].side, Side::client);
    EXPECT_EQ(dialogues[0].parts[dialogues[0].parts.size() - 2].octets, "a\n\r\n.\r\n");
    EXPECT_THAT(said("y.remote.example"), IsEmpty());
    client.say("RSET" + std::string(70'000, ' '));
    std::size_t octets = 0;
    const auto cut = said("x.remote.example");
    for (const auto& part : cut.at(0).parts) octets += part.side == Side::wire ? 0 : part.octets.size();
    EXPECT_EQ(octets, 64U * 1024);
    hop_->forget("x.remote.example");
    EXPECT_THAT(said("x.remote.example"), IsEmpty());
}

TEST_F(NextHopTest, a_dialogue_goes_with_its_last_recipient_once_it_has_ended) {
    const auto all = [&](std::chrono::milliseconds wait) {
        return hop_->dialogues(
            "", [](const auto& them) { return them.empty(); }, wait);
    };
    TestClient client = greeted("127.0.0.9");
    deliver(client, "ann@x.remote.example", "a\r\n");
    deliver(client, "ann@y.remote.example", "a\r\n");
    hop_->forget("x.remote.example");
    hop_->forget("y.remote.example");
    EXPECT_THAT(all(0ms), SizeIs(1)) << "it has not ended";
    client.say("QUIT");
    EXPECT_THAT(all(5s), IsEmpty());
    TestClient other = greeted("127.0.0.9");
    deliver(other, "ann@x.remote.example", "a\r\n");
    deliver(other, "ann@y.remote.example", "a\r\n");
    other.say("QUIT");
    hop_->forget("x.remote.example");
    EXPECT_THAT(all(0ms), SizeIs(1)) << "it has another recipient";
    hop_->forget("y.remote.example");
    EXPECT_THAT(all(5s), IsEmpty());
}

TEST_F(NextHopTest, waits_for_the_end_of_dialogues) {
    TestClient client = greeted("127.0.0.9");
    std::thread quits([&] { client.say("QUIT"); });
    const auto dialogues = hop_->dialogues(
        "", [](const auto& all) { return !all.empty() && all[0].ended; }, 5s);
    quits.join();
    ASSERT_THAT(dialogues, SizeIs(1));
    const auto& parts = dialogues[0].parts;
    ASSERT_GE(parts.size(), 3U);
    EXPECT_EQ(parts[parts.size() - 3].octets, "QUIT\r\n");
    EXPECT_EQ(parts.back().side, client::SinkDialogue::Side::wire);
    EXPECT_EQ(parts.back().octets, "end");
}

TEST_F(NextHopTest, answers_everybody_as_told) {
    hop_->answer("", {"EHLO", "502 5.5.1 what", false, 1});
    hop_->answer("", {"RCPT", "451 4.3.0 later", false, 1});
    hop_->answer("", {"AUTH", "334 !!!", false, 1});
    hop_->answer("", {"greeting", "554 no", false, 1});
    TestClient refused("127.0.0.2", hop_->port());
    EXPECT_THAT(refused.reply(), StartsWith("554"));
    TestClient client("127.0.0.2", hop_->port());
    client.reply();
    EXPECT_THAT(client.say("EHLO a"), StartsWith("502"));
    EXPECT_THAT(client.say("MAIL FROM:<a@b>"), StartsWith("503"));
    EXPECT_THAT(client.say("EHLO a"), StartsWith("250"));
    EXPECT_EQ(client.say("AUTH LOGIN"), "334 !!!\r\n");
    EXPECT_THAT(client.say("*"), StartsWith("501"));
    EXPECT_THAT(client.say("MAIL FROM:<a@b>"), StartsWith("250"));
    EXPECT_THAT(client.say("RCPT TO:<ann@x.remote.example>"), StartsWith("451"));
    EXPECT_THAT(client.say("RCPT TO:<ann@x.remote.example>"), StartsWith("250"));
}

TEST_F(NextHopTest, serves_hundreds_of_connections_at_once) {
    std::vector<TestClient> clients;
    for (int i = 0; i < 300; ++i) clients.push_back(greeted("127.0.0." + std::to_string(2 + i % 39)));
    for (TestClient& client : clients) open(client, "ann@x.remote.example");
    for (TestClient& client : clients) client.send("DATA\r\n");
    for (TestClient& client : clients) EXPECT_THAT(client.reply(), StartsWith("354"));
    for (TestClient& client : clients) client.send("a\r\n.\r\n");
    for (TestClient& client : clients) EXPECT_THAT(client.reply(), StartsWith("250"));
    EXPECT_THAT(mails("x.remote.example"), SizeIs(300));
}

TEST_F(NextHopTest, two_next_hops_have_ports_of_their_own) {
    const auto other = client::start_next_hop({});
    EXPECT_NE(other->port(), hop_->port());
    TestClient client = greeted();
    deliver(client, "ann@x.remote.example", "a\r\n");
    EXPECT_THAT(other->mails("x.remote.example", 0, 0ms), IsEmpty());
}

}  // namespace
}  // namespace smtpspec::sink
