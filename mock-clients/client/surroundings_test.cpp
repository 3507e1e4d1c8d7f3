#include "client/testing/played.h"
#include "client/testing/small_server.h"
#include "sink/next_hop.h"

#include <gmock/gmock.h>

/// Statements about the next hop and about the server's life.
namespace smtpspec::client::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

/// Writes down what it is told.
class NotingNextHop : public NextHop {
public:
    std::uint16_t port() const override { return 0; }
    std::uint16_t dns_port() const override { return 0; }
    std::vector<SunkMail> mails(const std::string& domain, std::size_t, std::chrono::milliseconds) override {
        return domain == "one.remote.example" ? for_ann : std::vector<SunkMail>{};
    }
    void answer(const std::string& domain, SinkAnswer answer) override {
        told.push_back("answer " + domain + " " + answer.verb + " " + (answer.close ? "close" : answer.reply) + " " +
                       std::to_string(answer.times));
    }
    void offer(std::vector<std::string> keywords) override {
        told.push_back("offer");
        for (const auto& keyword : keywords) told.back() += " " + keyword;
    }
    void up(bool is_up) override { told.push_back(is_up ? "up" : "down"); }
    void record(const std::string& name, const std::string& kind, const std::string& value) override {
        told.push_back("record " + name + " " + kind + " " + value);
    }
    void lookup_fails(const std::string& name) override { told.push_back("fails " + name); }
    void no_such_name(const std::string& name) override { told.push_back("absent " + name); }
    std::vector<SinkDialogue> dialogues(const std::string& domain, const Enough&, std::chrono::milliseconds) override {
        return domain == "one.remote.example" || domain.empty() ? spoken : std::vector<SinkDialogue>{};
    }
    void forget(const std::string& domain) override { told.push_back("forget " + domain); }

    std::vector<std::string> told;
    std::vector<SunkMail> for_ann;
    std::vector<SinkDialogue> spoken;
};

class NotingControl : public ServerControl {
public:
    void change_setting(const std::string& name, const std::string& value) override {
        done.push_back(name + "=" + value);
    }
    void reload() override { done.push_back("reload"); }
    void stop() override { done.push_back("stop"); }
    void kill() override { done.push_back("kill"); }
    void start() override {
        done.push_back("start");
        if (cannot_express) throw CannotExpress("no ranges here");
        if (!start_fails_with.empty()) throw std::runtime_error(start_fails_with);
    }
    Exit start_expecting_failure(std::chrono::milliseconds) override { return exit; }

    std::vector<std::string> done;
    std::string start_fails_with;
    bool cannot_express = false;
    Exit exit;
};

class Surroundings : public ::testing::Test {
protected:
    Surroundings() : small(SmallServer::Options{}) {
        stage = stage_on(small.server().port());
        stage.next_hop = &next_hop;
        stage.server = &control;
    }
    Played run(const std::string& lines) { return play(case_of(lines), stage); }

    NotingNextHop next_hop;
    NotingControl control;
    SmallServer small;
    Stage stage;
};

TEST_F(Surroundings, tell_the_next_hop_what_to_do) {
    const Played result =
        run("needs alone\n"
            "sink answers RCPT for ann with \"451 4.3.0 later\" 1 times\nsink closes at DATA for ann\n"
            "sink answers EHLO with \"502 what\"\nsink offers \"SIZE 100000\" \"8BITMIME\"\nsink is down\nsink is up\n"
            "dns ann MX 10 \"mx1.$ann.domain\"\ndns \"mx1.$ann.domain\" A 127.0.0.31\ndns ann null MX\ndns ann fails\n"
            "dns ben has no address\nC: NOOP\nS: 250\n");
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(
        next_hop.told,
        ElementsAre("answer one.remote.example RCPT 451 4.3.0 later 1", "answer one.remote.example DATA close -1",
                    "answer  EHLO 502 what -1", "offer SIZE 100000 8BITMIME", "down", "up",
                    "record one.remote.example MX 10 mx1.one.remote.example",
                    "record mx1.one.remote.example A 127.0.0.31", "record one.remote.example MX 0 .",
                    "fails one.remote.example", "absent two.remote.example"));
}

TEST_F(Surroundings, show_what_reached_the_next_hop) {
    SunkMail mail;
    mail.reverse_path = "alice1@example.org";
    mail.mail_parameters["BODY"] = "8BITMIME";
    mail.content = "Received: from x\r\nSubject: s\r\n\r\nbody\r\n";
    next_hop.for_ann = {mail};
    const Played result = run(
        "sink has 1 message for ann\nsink has no message for ben\nsink message 1 for ann reverse-path is \"<$alice>\"\n"
        "sink message 1 for ann parameter BODY is \"8BITMIME\"\nsink message 1 for ann header Subject is \"s\"\n");
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(result.sink_claims, ElementsAre(Pair("one.remote.example", 1U), Pair("two.remote.example", 0U)));
    const Played missing = run("sink has 1 message for ben\n");
    EXPECT_EQ(missing.outcome, Outcome::violated);
    EXPECT_THAT(missing.reason, HasSubstr("expected 1 message for ben at the next hop; got 0"));
    EXPECT_THAT(run("sink has no message for ann\n").reason, HasSubstr("expected 0 messages for ann"));
    EXPECT_THAT(run("sink message 2 for ann is as sent\n").reason, HasSubstr("did not come in time"));
}

TEST_F(Surroundings, show_what_was_said_at_the_next_hop) {
    using Side = SinkDialogue::Side;
    next_hop.spoken = {
        {"127.0.0.2", {{Side::sink, "220 x\r\n"}, {Side::client, "QUIT\r\n"}, {Side::wire, "end"}}, true}};
    const Played right =
        run("needs alone\nsink dialogue for ann matching /^-- to 127.0.0.2\\nS: 220 x\\nC: QUIT\\n-- end\\n$/\n"
            "sink dialogue for ann not matching /RSET/\nsink dialogue matching /QUIT/\n");
    EXPECT_EQ(right.outcome, Outcome::passed) << text_of(right);
    const Played said = run("sink dialogue for ann not matching /C: QUIT/\n");
    EXPECT_EQ(said.outcome, Outcome::violated);
    EXPECT_THAT(said.reason, HasSubstr("said what should not be:\n-- to 127.0.0.2\nS: 220 x\nC: QUIT\n-- end\n"));
    EXPECT_THAT(run("sink dialogue for ann matching /EHLO/\n").reason,
                HasSubstr("is not said:\n-- to 127.0.0.2\nS: 220 x"));
    EXPECT_THAT(run("sink dialogue for ben not matching /EHLO/\n").reason, HasSubstr("there was none"));
}

TEST_F(Surroundings, claim_nothing_about_mails_sent_after_the_check) {
    const Played result = run("given EHLO\nsink has no message for ann\ngiven mail to ann\n");
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(result.sink_claims, IsEmpty());
}

TEST_F(Surroundings, let_a_case_steer_the_server) {
    const Played result =
        run("needs alone\nC: NOOP\nS: 250\nset general.max_mail_size = 2000\nserver reload\nserver stop\nserver start\n"
            "server kill\nserver start\n");
    EXPECT_EQ(result.outcome, Outcome::passed) << text_of(result);
    EXPECT_THAT(control.done, ElementsAre("general.max_mail_size=2000", "reload", "stop", "start", "kill", "start"));
}

TEST_F(Surroundings, judge_whether_the_server_starts) {
    control.start_fails_with = "status 1";
    const Played result = run("needs alone\nC: NOOP\nS: 250\nserver stop\nserver start\n");
    EXPECT_EQ(result.outcome, Outcome::violated);
    EXPECT_THAT(result.reason, HasSubstr("expected the server to start; got status 1"));
}

TEST_F(Surroundings, judge_whether_the_server_refuses_to_start) {
    control.exit = {true, 1, std::chrono::milliseconds(5), "smtp.incoming.port: in use", ""};
    EXPECT_EQ(run("needs alone\nserver start fails\n").outcome, Outcome::passed);
    control.exit.status = 0;
    EXPECT_THAT(run("needs alone\nserver start fails\n").reason,
                HasSubstr("got status 0, saying: smtp.incoming.port: in use"));
    control.exit.exited = false;
    control.exit.activity = "sleeping, 3 ms on a core";
    EXPECT_THAT(run("needs alone\nserver start fails\n").reason,
                HasSubstr("got a server that runs (sleeping, 3 ms on a core), saying: "));
}

TEST_F(Surroundings, say_nothing_about_a_server_that_cannot_have_the_settings) {
    control.cannot_express = true;
    control.exit = {true, 77, std::chrono::milliseconds(5), "no ranges here\nmore\n", ""};
    for (const char* const start : {"C: NOOP\nS: 250\nserver stop\nserver start\n", "server start fails\n"}) {
        const Played result = run("needs alone\n" + std::string(start));
        EXPECT_EQ(result.outcome, Outcome::not_observable) << start;
        EXPECT_EQ(result.missing, "setting");
        EXPECT_EQ(result.reason, "no ranges here");
    }
}

TEST_F(Surroundings, show_where_the_server_listens) {
    EXPECT_EQ(run("server listens on 127.0.0.1 incoming\n").outcome, Outcome::passed);
    EXPECT_EQ(run("server does not listen on 127.0.0.9 incoming\n").outcome, Outcome::passed);
    EXPECT_THAT(run("server does not listen on 127.0.0.1 incoming\n").reason,
                HasSubstr("expected no server on 127.0.0.1"));
    EXPECT_THAT(run("server listens on 127.0.0.9 outgoing\n").reason, HasSubstr("expected a server on 127.0.0.9"));
}

}  // namespace
}  // namespace smtpspec::client::testing
