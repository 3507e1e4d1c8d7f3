#include "script/parse_harness.h"

namespace smtpspec::script {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> raws(const std::vector<Template>& templates) {
    std::vector<std::string> all;
    for (const Template& one : templates) all.push_back(one.raw);
    return all;
}

/// The first act of the lines; `S: 250` is added for sense.
template <typename Kind>
Kind first(std::string_view lines) {
    const std::vector<Statement> statements = statements_of(std::string(lines) + "\n  connect\n  S: 250\n");
    if (statements.empty() || !std::holds_alternative<Kind>(statements[0].act)) {
        ADD_FAILURE() << lines << ": not read, or as something else";
        return Kind{};
    }
    return std::get<Kind>(statements[0].act);
}

template <typename Kind>
Kind first_alone(std::string_view line) {
    return first<Kind>("  needs alone\n" + std::string(line));
}

TEST(Say, a_line) {
    EXPECT_THAT(raws(first<Send>("C: NOOP").writes), ElementsAre("NOOP\\r\\n"));
    EXPECT_THAT(raws(first<Send>("C:  two\\x20").writes), ElementsAre(" two\\x20\\r\\n")) << "one blank is taken off";
    EXPECT_THAT(raws(first<Send>("C:").writes), ElementsAre("\\r\\n"));
    EXPECT_THAT(raws(first<Send>("C: RCPT TO:<\"a b\"@x>   ").writes), ElementsAre("RCPT TO:<\"a b\"@x>\\r\\n"));
    EXPECT_EQ(first<Send>("  C: NOOP").writes[0].at.column, 6);
}

TEST(Say, groups) {
    const std::vector<Statement> statements = statements_of(R"(
  C| MAIL FROM:<$ann>
  # a comment between
  C| RCPT TO:<$alice>
  S: 250
  C| DATA
  C: x
  C| y
  repeat 2
    C| z
  end
  C| z
)");
    ASSERT_THAT(statements, SizeIs(7));
    EXPECT_THAT(raws(std::get<Send>(statements[0].act).writes),
                ElementsAre("MAIL FROM:<$ann>\\r\\nRCPT TO:<$alice>\\r\\n"));
    EXPECT_EQ(statements[0].text, "C| MAIL FROM:<$ann>\nC| RCPT TO:<$alice>");
    EXPECT_THAT(raws(std::get<Send>(statements[2].act).writes), ElementsAre("DATA\\r\\n"));
    EXPECT_THAT(raws(std::get<Send>(statements[6].act).writes), ElementsAre("z\\r\\n"));
}

TEST(Say, groups_of_different_clients_do_not_mix) {
    const std::vector<Statement> statements = statements_of(R"(
  client one
  client two
  one C| A
  two C| B
  two C| C
  S: 250
)");
    ASSERT_THAT(statements, SizeIs(3));
    EXPECT_THAT(raws(std::get<Send>(statements[1].act).writes), ElementsAre("B\\r\\nC\\r\\n"));
}

TEST(Say, start_TLS_with_what_the_handshake_fails_without) {
    EXPECT_EQ(first<StartTls>("start TLS").version, "");
    const StartTls start = first<StartTls>(R"(start TLS 1.2 for "mail.example.org" anonymously)");
    EXPECT_EQ(start.version, "1.2");
    EXPECT_EQ(start.name->raw, "mail.example.org");
    EXPECT_TRUE(start.anonymous);
}

TEST(Say, exact_bytes_and_pieces) {
    EXPECT_THAT(raws(first<Send>(R"(C= "a\r" "\n${"b" * 3}")").writes), ElementsAre(R"(a\r\n${"b" * 3})"));
    const Send pieces = first<Send>(R"(C/ "a" "b")");
    EXPECT_THAT(raws(pieces.writes), ElementsAre("a", "b"));
    EXPECT_TRUE(pieces.await_taken);
    EXPECT_EQ(pieces.piece, 0);
    const Send cut = first<Send>("C/5: NOOP");
    EXPECT_THAT(raws(cut.writes), ElementsAre("NOOP\\r\\n"));
    EXPECT_TRUE(cut.await_taken);
    EXPECT_EQ(cut.piece, 5);
}

TEST(Say, messages) {
    EXPECT_EQ(first<SendMessage>("send message").file, "");
    EXPECT_EQ(first<SendMessage>("send message dots.eml").file, "dots.eml");
    EXPECT_EQ(first<SendMessage>("send message of 1000 octets").octets->raw, "1000");
    EXPECT_EQ(first<SendMessage>("send message of ${size - 1} octets").octets->raw, "${size - 1}");
}

TEST(Say, acts_of_a_client) {
    EXPECT_EQ(first<ClientAct>("connect"), ClientAct::connect);
    EXPECT_EQ(first<ClientAct>("half-close"), ClientAct::half_close);
    EXPECT_EQ(first<ClientAct>("close"), ClientAct::close);
    EXPECT_EQ(first<ClientAct>("abort"), ClientAct::abort);
    const Expect until = first<Expect>("connect until 220 within 3s");
    EXPECT_TRUE(until.reconnecting);
    EXPECT_FALSE(until.precondition);
    EXPECT_EQ(until.within, milliseconds(3000));
}

TEST(Given, steps) {
    EXPECT_EQ(first<Given>("given EHLO").kind, GivenKind::ehlo);
    EXPECT_EQ(first<Given>("given HELO").kind, GivenKind::helo);
    EXPECT_EQ(first<Given>("given DATA").kind, GivenKind::data);
    EXPECT_EQ(first<Given>("given login bob").login, "bob");
    const Given transaction = first<Given>("given transaction to alice nobody from ben");
    EXPECT_EQ(transaction.kind, GivenKind::transaction);
    EXPECT_THAT(transaction.to, ElementsAre("alice", "nobody"));
    EXPECT_EQ(transaction.from, "ben");
    EXPECT_EQ(first<Given>("given mail to alice").from, "ann");
}

TEST(Given, its_roles_are_in_the_case) {
    const std::vector<Case> cases = cases_of(scenario("given mail to alice\nS: 250\n"));
    ASSERT_THAT(cases, SizeIs(1));
    EXPECT_TRUE(cases[0].roles.contains("alice"));
    EXPECT_TRUE(cases[0].roles.contains("ann"));
}

ReplyPattern reply(std::string_view pattern) {
    const Expect expect = first<Expect>("S: " + std::string(pattern));
    if (expect.alternatives.size() != 1) return {};
    return std::get<ReplyPattern>(expect.alternatives[0]);
}

TEST(Hear, codes) {
    for (const char* code : {"250", "2xx", "25x", "x50", "xxx", "any", "559"}) EXPECT_EQ(reply(code).code, code);
    EXPECT_EQ(reply("250").enhanced, std::nullopt);
    EXPECT_EQ(reply("550 5.1.1").enhanced, "5.1.1");
    EXPECT_EQ(reply("5xx 5.7.*").enhanced, "5.7.*");
    EXPECT_EQ(reply("any *.*.*").enhanced, "*.*.*");
    EXPECT_EQ(reply("250 enhanced").enhanced, "*");
    EXPECT_EQ(reply("250 no enhanced").enhanced, "none");
}

TEST(Hear, clauses) {
    const ReplyPattern pattern = reply(
        "250 with SIZE matching /^[0-9]+$/ with 8bitmime without STARTTLS text not matching /a b/i "
        "raw matching /x\\/y\\r\\n$/ lines >3");
    ASSERT_THAT(pattern.keywords, SizeIs(3));
    EXPECT_EQ(pattern.keywords[0].keyword, "SIZE");
    EXPECT_EQ(pattern.keywords[0].parameters->expression.raw, "^[0-9]+$");
    EXPECT_TRUE(pattern.keywords[1].present);
    EXPECT_FALSE(pattern.keywords[2].present);
    ASSERT_THAT(pattern.text, SizeIs(1));
    EXPECT_TRUE(pattern.text[0].negated);
    EXPECT_TRUE(pattern.text[0].ignore_case);
    ASSERT_THAT(pattern.raw, SizeIs(1));
    EXPECT_EQ(pattern.raw[0].expression.raw, "x\\/y\\r\\n$");
    EXPECT_FALSE(pattern.raw[0].negated);
    EXPECT_EQ(pattern.line_count, LineCount::more_than);
    EXPECT_EQ(pattern.lines, 3);
    EXPECT_EQ(reply("354 lines 1").line_count, LineCount::exactly);
}

TEST(Hear, alternatives_time_and_words) {
    const Expect expect =
        first<Expect>("S? 5xx 5.7.* or 421 or closed or reset or still open or silent within 500ms -- said or -- not");
    EXPECT_TRUE(expect.precondition);
    ASSERT_THAT(expect.alternatives, SizeIs(5));
    EXPECT_TRUE(std::holds_alternative<ConnectionClosed>(expect.alternatives[2]));
    EXPECT_TRUE(std::holds_alternative<ConnectionReset>(expect.alternatives[3]));
    EXPECT_TRUE(std::holds_alternative<StillOpen>(expect.alternatives[4]));
    EXPECT_TRUE(expect.or_silent);
    EXPECT_EQ(expect.within, milliseconds(500));
    EXPECT_EQ(expect.source, "5xx 5.7.* or 421 or closed or reset or still open or silent within 500ms");
    EXPECT_EQ(statements_of("S: 250 -- said or -- not\n")[0].words, "said or -- not");
}

TEST(Repeat, nests) {
    const Repeat outer = first<Repeat>("repeat 3\n C: A$i\n repeat ${rcptmax - 1}\n C: B\n end\nend");
    EXPECT_EQ(outer.times, 3);
    ASSERT_THAT(outer.body, SizeIs(2));
    const auto& inner = std::get<Repeat>(outer.body[1].act);
    EXPECT_EQ(inner.computed->raw, "${rcptmax - 1}");
    EXPECT_THAT(inner.body, SizeIs(1));
    EXPECT_EQ(first<Repeat>("repeat 0\n C: A\nend").times, 0);
}

ContentCheck content(std::string_view line) {
    return first<ContentCheck>(line);
}

TEST(Mailbox, counts) {
    EXPECT_EQ(first<CountCheck>("mailbox alice is empty").messages, 0);
    EXPECT_EQ(first<CountCheck>("mailbox alice has 1 message").messages, 1);
    EXPECT_EQ(first<CountCheck>("mailbox alice has no messages").messages, 0);
    const CountCheck most = first<CountCheck>("mailbox $alice has at most 2 messages");
    EXPECT_TRUE(most.at_most);
    EXPECT_EQ(most.messages, 2);
    EXPECT_EQ(most.role, "alice");
    EXPECT_EQ(most.place, Place::mailbox);
    EXPECT_FALSE(most.within);
    EXPECT_EQ(first<CountCheck>("mailbox alice has at most 1 message within 500ms").within, milliseconds(500));
    EXPECT_EQ(first<CountCheck>("sink has at most 1 message for ann within 2s").within, milliseconds(2000));
}

TEST(Mailbox, content) {
    EXPECT_EQ(content("mailbox alice message 2 is as sent").check.kind, MessageCheckKind::as_sent);
    EXPECT_EQ(content("mailbox alice message 2 is as sent").check.number, 2);
    EXPECT_EQ(content("mailbox alice every message is as sent").check.number, 0);
    const MessageCheck matching = content("mailbox alice message 1 header Received 2 matching /a/").check;
    EXPECT_EQ(matching.kind, MessageCheckKind::header_matching);
    EXPECT_EQ(matching.name, "Received");
    EXPECT_EQ(matching.occurrence, 2);
    EXPECT_EQ(matching.pattern->expression.raw, "a");
    const MessageCheck is = content("mailbox alice message 1 header Return-Path is \"<$ann>\"").check;
    EXPECT_EQ(is.kind, MessageCheckKind::header_is);
    EXPECT_EQ(is.value.raw, "<$ann>");
    EXPECT_EQ(is.occurrence, 1);
    EXPECT_EQ(content("mailbox alice message 1 has no header X-A").check.kind, MessageCheckKind::no_header);
    EXPECT_EQ(content("mailbox alice message 1 first header is A").check.kind, MessageCheckKind::first_header);
    EXPECT_EQ(content("mailbox alice message 1 body is \"a\\r\\n\"").check.value.raw, "a\\r\\n");
    EXPECT_EQ(content("mailbox alice message 1 contains \"a\"").check.kind, MessageCheckKind::contains);
    EXPECT_EQ(content("mailbox alice message 1 does not contain \"a\"").check.kind, MessageCheckKind::not_contains);
}

TEST(Sink, checks) {
    EXPECT_EQ(first<CountCheck>("sink has 1 message for ann").messages, 1);
    EXPECT_EQ(first<CountCheck>("sink has no message for alice").place, Place::sink);
    EXPECT_EQ(content("sink message 1 for ann is as sent").place, Place::sink);
    EXPECT_EQ(content("sink every message for ann is as sent").check.number, 0);
    EXPECT_EQ(content("sink message 1 for ann reverse-path is \"\"").check.kind, MessageCheckKind::reverse_path_is);
    const MessageCheck parameter = content("sink message 1 for ann parameter BODY is \"8BITMIME\"").check;
    EXPECT_EQ(parameter.kind, MessageCheckKind::parameter_is);
    EXPECT_EQ(parameter.name, "BODY");
    EXPECT_EQ(parameter.value.raw, "8BITMIME");
    const MessageCheck came = content("sink message 1 for ann came to 127.0.0.31").check;
    EXPECT_EQ(came.kind, MessageCheckKind::came_to);
    EXPECT_EQ(came.value.raw, "127.0.0.31");
}

TEST(Sink, script) {
    const SinkRule once = first<SinkRule>("sink answers RCPT for ann with \"451 4.3.0 later\" 1 times");
    EXPECT_EQ(once.verb, "RCPT");
    EXPECT_EQ(once.role, "ann");
    EXPECT_EQ(once.reply.raw, "451 4.3.0 later");
    EXPECT_EQ(once.times, 1);
    EXPECT_FALSE(once.close);
    EXPECT_EQ(first<SinkRule>("sink answers message for ann with \"550 no\"").times, -1);
    EXPECT_TRUE(first<SinkRule>("sink closes at DATA for ann").close);
    EXPECT_THAT(first_alone<SinkOffers>("sink offers \"SIZE 100000\" \"8BITMIME\"").keywords,
                ElementsAre("SIZE 100000", "8BITMIME"));
    EXPECT_THAT(first_alone<SinkOffers>("sink offers").keywords, SizeIs(0));
    EXPECT_FALSE(first_alone<SinkState>("sink is down").up);
    EXPECT_TRUE(first_alone<SinkState>("sink is up").up);
    EXPECT_EQ(first_alone<SinkConnections>("sink had at most 2 connections at once").at_most, 2);
    EXPECT_EQ(first_alone<SinkConnections>("sink had at most 1 connection at once").at_most, 1);
    const SinkRule all = first_alone<SinkRule>("sink answers EHLO with \"502 what\"");
    EXPECT_EQ(all.verb, "EHLO");
    EXPECT_EQ(all.role, "");
    EXPECT_EQ(first_alone<SinkRule>("sink closes at handshake 2 times").times, 2);
    const SinkDialogueCheck dialogue = first<SinkDialogueCheck>("sink dialogue for ann not matching /C: RSET/");
    EXPECT_EQ(dialogue.role, "ann");
    EXPECT_TRUE(dialogue.pattern.negated);
    EXPECT_EQ(first_alone<SinkDialogueCheck>("sink dialogue matching /x/").role, "");
}

TEST(Dns, records) {
    const DnsRecord mx = first<DnsRecord>("dns ann MX 10 \"mx1.$ann.domain\"");
    EXPECT_EQ(mx.name.raw, "$ann.domain");
    EXPECT_EQ(mx.kind, DnsKind::mx);
    EXPECT_EQ(mx.preference, 10);
    EXPECT_EQ(mx.value.raw, "mx1.$ann.domain");
    EXPECT_EQ(first<DnsRecord>("dns \"mx1.$ann.domain\" A 127.0.0.31").value.raw, "127.0.0.31");
    EXPECT_EQ(first<DnsRecord>("dns ann AAAA ::1").kind, DnsKind::aaaa);
    EXPECT_EQ(first<DnsRecord>("dns ann CNAME \"x.$ann.domain\"").kind, DnsKind::cname);
    EXPECT_EQ(first<DnsRecord>("dns ann fails").kind, DnsKind::fails);
    EXPECT_EQ(first<DnsRecord>("dns ann has no address").kind, DnsKind::no_address);
    EXPECT_EQ(first<DnsRecord>("dns ann null MX").kind, DnsKind::null_mx);
    EXPECT_EQ(first<DnsRecord>("dns ann MX 0 \".\"").kind, DnsKind::null_mx);
}

TEST(Server, steps) {
    EXPECT_EQ(first_alone<ServerStep>("server reload").act, ServerAct::reload);
    EXPECT_EQ(first_alone<ServerStep>("server start fails\nserver start").act, ServerAct::start_fails);
    EXPECT_EQ(first_alone<ServerStep>("server stop\nserver start").act, ServerAct::stop);
    EXPECT_EQ(first_alone<ServerStep>("server kill\nserver start").act, ServerAct::kill);
    const ListenCheck listens = first<ListenCheck>("server listens on ::1 outgoing");
    EXPECT_TRUE(listens.listens);
    EXPECT_EQ(listens.address.raw, "::1");
    EXPECT_EQ(listens.port, PortRole::outgoing);
    EXPECT_FALSE(first<ListenCheck>("server does not listen on 127.0.0.1 incoming").listens);
}

TEST(Server, settings_change_on_the_way) {
    const std::vector<Statement> statements =
        statements_of("needs alone\nS: 220\nset smtp.a = \"x # y\"\nserver reload\n");
    ASSERT_THAT(statements, SizeIs(3));
    const auto& change = std::get<ChangeSetting>(statements[1].act);
    EXPECT_EQ(change.name, "smtp.a");
    EXPECT_EQ(change.value, "\"x # y\"");
}

}  // namespace
}  // namespace smtpspec::script
