#include "script/parse_harness.h"

#include <ostream>

namespace smtpspec::script {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

/// A line that is put into a scenario (line 4, indented by two), and the start of what is said of it.
struct Bad {
    const char* line;
    const char* said;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) {
    return out << bad.line;
}

class BadLine : public testing::TestWithParam<Bad> {};

TEST_P(BadLine, gets_one_diagnostic_at_its_place) {
    const std::string text = scenario("  " + std::string(GetParam().line) + "\n  S: 250\n");
    EXPECT_THAT(mistakes_in(text), ElementsAre(StartsWith("f.smtp:4:" + std::string(GetParam().said))));
}

INSTANTIATE_TEST_SUITE_P(
    head, BadLine,
    testing::Values(Bad{"cite X1", "3: error: unknown statement `cite` (did you mean `cites`?)"},
                    Bad{"cites", "8: error: `cites` without an id"},
                    Bad{"cites X1 X1", "12: error: `X1` is cited twice"},
                    Bad{"cites 5321-4.1.1.5-rest",
                        "9: error: there is no requirement `5321-4.1.1.5-rest` (did you mean `5321-4.1.1.5-rset`?)"},
                    Bad{"level must",
                        "9: error: unknown level `must`: `MUST`, `MUST NOT`, `SHOULD`, `SHOULD NOT`, `MAY`, `IMPLIED`, "
                        "`DOCUMENTED` or `DECIDED`"},
                    Bad{"risk smugling",
                        "8: error: unknown risk `smugling`: `smuggling`, `injection`, `downgrade`, `relay`, "
                        "`disclosure` or `denial-of-service` should stand here (did you mean `smuggling`?)"},
                    Bad{"risk relay now", "14: error: `now` is too much here"},
                    Bad{"fixture defalt", "11: error: there is no fixture `defalt`"},
                    Bad{"fixture", "10: error: the name of a fixture is missing"},
                    Bad{"set smpt.port = 1", "7: error: there is no setting `smpt.port`"},
                    Bad{"set smtp.port 1", "17: error: `=` should stand here, not `1`"},
                    Bad{"set smtp.port =", "18: error: the value is missing"},
                    Bad{"set smtp.port = yes", "19: error: not a TOML value"},
                    Bad{"set smtp.port = 1 # one", "19: error: not a TOML value"},
                    Bad{"set smtp.port = 1, 2", "19: error: not a TOML value"},
                    Bad{"set smtp.port = 1.5", "19: error: not a TOML value"},
                    Bad{"needs peace",
                        "9: error: unknown need `peace`: `extension`, `no` or `alone` should stand here"},
                    Bad{"needs extension", "18: error: the keyword of an extension is missing"},
                    Bad{"role alice hosted", "8: error: `alice` is a role already, without a declaration"},
                    Bad{"role eve local", "12: error: unknown kind of role `local`"},
                    Bad{"role e-ve hosted", "8: error: bad name of a role `e-ve`"},
                    Bad{"role eve hosted local-part \"x\"", "31: error: the local part must contain `%`"},
                    Bad{"role eve remote", "8: error: the role `eve` is not used"},
                    Bad{"client S from 1.2.3", "17: error: not an IP address `1.2.3`"},
                    Bad{"client one to nowhere",
                        "17: error: unknown port `nowhere`: `incoming`, `outgoing` or `implicit` should stand here"},
                    Bad{"client one to 127.0.0.1", "26: error: `incoming`, `outgoing` or `implicit` should stand here"},
                    Bad{"client one over tls", "19: error: unknown channel `tls`"},
                    Bad{"client one form 127.0.0.1",
                        "14: error: unknown option of a client `form`: `from`, `to`, `over` or `times` "
                        "should stand here (did you mean `from`?)"},
                    Bad{"client close", "10: error: `close` is the name of a statement"},
                    Bad{"scenario b", "3: error: `scenario` begins in column 1"}));

INSTANTIATE_TEST_SUITE_P(
    parameters, BadLine,
    testing::Values(Bad{"each", "3: error: `each` without values"}, Bad{"each a", "9: error: `in` should stand here"},
                    Bad{"each a in", "3: error: `each` without values"},
                    Bad{"each a-b in c", "8: error: bad name of a parameter `a-b`"},
                    Bad{"each alice in c", "8: error: a parameter cannot be called like the role `alice`"},
                    Bad{"each a in b \"c", "15: error: the quotes are not closed"},
                    Bad{"oracle", "9: error: the name of an oracle is missing"},
                    Bad{"oracle nothing", "10: error: there is no oracle `nothing`"},
                    Bad{"oracle reply",
                        "10: error: the oracle `reply` decides by `login`, which is no parameter of this scenario"},
                    Bad{"each a in b c", "8: error: the parameter `a` is not used"}));

INSTANTIATE_TEST_SUITE_P(
    saying, BadLine,
    testing::Values(
        Bad{"Send message", "3: error: unknown statement `Send` (did you mean `send`?)"},
        Bad{"conect", "3: error: unknown statement `conect` (did you mean `connect`?)"},
        Bad{"c: NOOP", "3: error: unknown statement `c:` (did you mean `C:`?)"},
        Bad{"one C: NOOP", "3: error: unknown client `one`"}, Bad{"C: \\q", "6: error: unknown escape `\\q`"},
        Bad{"C: abc\\", "9: error: a `\\` at the end"}, Bad{"C: a\\x0", "7: error: `\\x` needs two hexadecimal digits"},
        Bad{"C: a$", "7: error: `$` without a name; write `$$`"},
        Bad{"C: $alise", "6: error: unknown name `$alise` (did you mean `alice`?)"},
        Bad{"C: ü$ann.user", "7: error: `$ann` has no account, so no user"},
        Bad{"C: ${two.reply}", "8: error: unknown client `two`"},
        Bad{"C: $i", "6: error: `$i` counts the rounds of a `repeat`; there is none around"},
        Bad{"C: ${1 + }", "12: error: a number, a text in quotes or a name is missing"},
        Bad{"C: ${1 2}", "10: error: an operator or `}` should stand here"},
        Bad{"C: ${1", "6: error: `${` without its `}`"}, Bad{"C: ${(1}", "10: error: `)` is missing"},
        Bad{"C: ${sise}", "8: error: unknown name `$sise` (did you mean `size`?)"},
        Bad{"C: ${hash(1)}", "8: error: there is no function `hash`"},
        Bad{"C: ${\"$alise\"}", "9: error: unknown name `$alise`"},
        Bad{"C: ${99999999999999999999}", "8: error: the number is too big"},
        Bad{"C= a", "6: error: octets in double quotes should stand here"},
        Bad{"C=", "5: error: octets in double quotes should stand here"},
        Bad{"C= \"a", "6: error: the quotes are not closed"}, Bad{"C= \"a\"b", "9: error: a blank should stand here"},
        Bad{"C/0: a", "5: error: the size of the pieces must be a number from 1 to 1000000, not `0`"},
        Bad{"C/x: a", "5: error: the size of the pieces must be a number"},
        Bad{"C/5 a", "7: error: `:` should stand here"},
        Bad{"send mail", "8: error: `message` should stand here, not `mail`"},
        Bad{"send message dot.eml", "16: error: there is no message `dot.eml`"},
        Bad{"send message of many octets", "19: error: the number of octets must be a number or `${…}`"},
        Bad{"send message of 5", "20: error: `octets` should stand here"},
        Bad{"close now", "9: error: `now` is too much here"},
        Bad{"given EHLLO",
            "9: error: unknown precondition `EHLLO`: `EHLO`, `HELO`, `login`, `transaction`, `mail` or "
            "`DATA` should stand here (did you mean `EHLO`?)"},
        Bad{"given login ann", "15: error: `ann` has no account here; a hosted role should stand here"},
        Bad{"given transaction alice", "21: error: `to` should stand here, not `alice`"},
        Bad{"given mail to alise", "17: error: unknown role `alise`"},
        Bad{"given mail to alice from", "27: error: the name of a role is missing"},
        Bad{"repeat", "9: error: the number of times must be a number from 0 to 100000"},
        Bad{"repeat 100001", "10: error: the number of times must be a number from 0 to 100000, not `100001`"},
        Bad{"repeat 3", "3: error: `repeat` without `end`"}, Bad{"end", "3: error: `end` without `repeat` or `when`"}));

INSTANTIATE_TEST_SUITE_P(
    hearing, BadLine,
    testing::Values(
        Bad{"S:", "5: error: a reply code, `closed`, `reset`, `silent` or `still open` should stand here"},
        Bad{"S: 600", "6: error: bad reply code `600`"}, Bad{"S: 2500", "6: error: bad reply code `2500`"},
        Bad{"S: 260", "6: error: bad reply code `260`"},
        Bad{"S: close",
            "6: error: bad reply code `close`: three digits (2-5, 0-5, 0-9) or `x` for one, `any`, `closed`, "
            "`reset`, `silent` or `still open` (did you mean `closed`?)"},
        Bad{"S: closed with", "17: error: `alert` should stand here"}, Bad{"S: 250 or", "12: error: a reply code"},
        Bad{"S: 550 5.1", "10: error: bad enhanced status code `5.1`"},
        Bad{"S: 550 5.1.1234", "10: error: bad enhanced status code `5.1.1234`"},
        Bad{"S: 550 4.1.1", "10: error: the class of `4.1.1` does not agree with the reply code `550`"},
        Bad{"S: 250 with", "14: error: a keyword of the EHLO reply should stand here"},
        Bad{"S: 250 wiht SIZE", "10: error: unknown part of a reply pattern `wiht`"},
        Bad{"S: 250 text /a/", "15: error: `matching` should stand here, not `/a/`"},
        Bad{"S: 250 text matching a", "24: error: a regular expression `/…/` should stand here"},
        Bad{"S: 250 text matching /a", "24: error: the regular expression is not closed by `/`"},
        Bad{"S: 250 text matching /(/", "25: error: bad regular expression: "},
        Bad{"S: 250 text matching /a[/", "25: error: bad regular expression: "},
        Bad{"S: 250 text matching //", "25: error: an empty regular expression matches everything"},
        Bad{"S: 250 text matching /a/g", "27: error: a blank should stand after the regular expression"},
        Bad{"S: 250 text matching /$alise/", "25: error: unknown name `$alise`"},
        Bad{"S: 250 text matching /\\x00/", "25: error: a regular expression cannot hold NUL"},
        Bad{"S: 250 lines 0", "16: error: the number of lines must be a number from 1 to 1000, not `0`"},
        Bad{"S: 250 no size", "13: error: `enhanced` should stand here, not `size`"},
        Bad{"S: still", "11: error: `open` should stand here"},
        Bad{"S: 250 within 5", "17: error: a time such as `5s` or `500ms`"},
        Bad{"S: 250 within 601s", "17: error: a time such as `5s` or `500ms`"},
        Bad{"S: 250 within 5s now", "20: error: `now` is too much here"},
        Bad{"S: 250 --", "12: error: the words after `--` are missing"},
        Bad{"connect until", "16: error: a reply code"}, Bad{"connect then", "11: error: `then` is too much here"}));

INSTANTIATE_TEST_SUITE_P(
    observing, BadLine,
    testing::Values(
        Bad{"mailbox ann is empty", "11: error: `ann` has no account here"},
        Bad{"mailbox", "10: error: the name of a role is missing"},
        Bad{"mailbox alice", "16: error: `is`, `has`, `message` or `every` should stand here"},
        Bad{"mailbox alice contains \"x\"", "17: error: unknown check of a mailbox `contains`"},
        Bad{"mailbox alice has two messages", "21: error: the number of messages must be a number"},
        Bad{"mailbox alice has 1 mail", "23: error: `messages` should stand here, not `mail`"},
        Bad{"mailbox alice message 0 is as sent", "25: error: the message's number must be a number from 1"},
        Bad{"mailbox alice message 1 reverse-path is \"\"", "27: error: unknown check of a message `reverse-path`"},
        Bad{"mailbox alice message 1 header A: is \"\"", "34: error: bad name of a header field `A:`"},
        Bad{"mailbox alice message 1 header A is b", "39: error: the field's value in double quotes should stand here"},
        Bad{"mailbox alice message 1 body is \"a\" \"b\"", "39: error: `\"b\"` is too much here"},
        Bad{"sink has 1 message for anne", "26: error: unknown role `anne`"},
        Bad{"sink answers RCPT for alice with \"451 x\"", "25: error: `alice` is not elsewhere"},
        Bad{"sink answers HELO for ann with \"451 x\"", "21: error: `with` should stand here, not `for`"},
        Bad{"sink answers VRFY with \"451 x\"", "16: error: unknown verb `VRFY`"},
        Bad{"sink answers handshake with \"220 x\"",
            "16: error: a handshake is not answered; `sink closes at handshake`"},
        Bad{"sink answers RCPT with \"451 x\"",
            "3: error: this changes the server or the sink for everybody; the head must say `needs alone`"},
        Bad{"sink dialogue for ann is \"x\"", "25: error: `matching` should stand here, not `is`"},
        Bad{"sink answers RCPT for ann with \"later\"",
            "34: error: the reply must begin with a reply code and a blank"},
        Bad{"sink answers RCPT for ann with \"451 x\" twice", "42: error: how many times must be a number"},
        Bad{"sink is down",
            "3: error: this changes the server or the sink for everybody; the head must say `needs alone`"},
        Bad{"mailbox alice has 1 message within 1s", "31: error: `within 1s` is too much here"},
        Bad{"mailbox alice has at most 1 message within", "45: error: a time such as `5s` or `500ms`"},
        Bad{"sink had at most 2 connections at once",
            "3: error: this changes the server or the sink for everybody; the head must say `needs alone`"},
        Bad{"sink had at most x connections at once",
            "20: error: the number of connections must be a number from 0 to 100000, not `x`"},
        Bad{"sink is off", "11: error: unknown state of the sink `off`"},
        Bad{"dns ann TXT \"x\"", "11: error: unknown kind of record `TXT`"},
        Bad{"dns ann A ::1", "13: error: not an IPv4 address `::1`"},
        Bad{"dns ann AAAA 127.0.0.1", "16: error: not an IPv6 address `127.0.0.1`"},
        Bad{"dns ann MX \"x\"", "14: error: the preference must be a number from 0 to 65535, not `\"x\"`"},
        Bad{"server reload",
            "3: error: this changes the server or the sink for everybody; the head must say `needs alone`"},
        Bad{"server restart", "10: error: unknown act of the server `restart`"},
        Bad{"server listens on here incoming", "21: error: not an IP address `here`"},
        Bad{"server does listen on ::1 incoming", "15: error: `not` should stand here, not `listen`"}));

TEST(Mistakes, all_of_a_file_at_once_by_position) {
    EXPECT_THAT(mistakes_in(R"(fixtur default
 cites D5
level MUST
scenario UPPER
  A title
  cites D5
  S: 250
scenario a
  cites D6
  given EHLO
  S: 25
scenario a
  Again
  cites D5
  S: 250
)"),
                ElementsAre("f.smtp:1:1: error: unknown statement `fixtur` (did you mean `fixture`?)",
                            "f.smtp:2:2: error: before the first scenario, statements begin in column 1",
                            "f.smtp:3:1: error: `level` stands in a scenario, not before the first one",
                            "f.smtp:4:10: error: bad name of a scenario `UPPER`: only `a-z 0-9 . + - _`",
                            StartsWith("f.smtp:8:10: error: the title is missing"),
                            StartsWith("f.smtp:9:9: error: there is no requirement `D6`"),
                            StartsWith("f.smtp:11:6: error: bad reply code `25`"),
                            "f.smtp:12:10: error: the scenario `a` stands twice in this file"));
}

TEST(Mistakes, of_the_file_as_a_whole) {
    EXPECT_THAT(mistakes_in(""), ElementsAre("f.smtp:1:1: error: the file has no scenario"));
    EXPECT_THAT(mistakes_in(scenario("  S: 250\r\n")), ElementsAre("f.smtp:4:9: error: lines end in LF, not in CR LF"));
    EXPECT_THAT(mistakes_in(scenario("  C: \x01\n  S: 250\n")), ElementsAre(HasSubstr("f.smtp:4:6: error: a control")));
    for (const char* octets : {"\xff", "\xc3(", "\xe2\x82", "\xc0\x80", "\xf5\x80\x80\x80"}) {
        EXPECT_THAT(mistakes_in(scenario("  C: a" + std::string(octets) + "\n  S: 250\n")),
                    ElementsAre(HasSubstr("f.smtp:4:7: error: the line is not UTF-8")));
    }
}

TEST(Mistakes, of_the_scenario_as_a_whole) {
    EXPECT_THAT(mistakes_in("scenario\n"), ElementsAre(HasSubstr(":1:9: error: `cites` is missing"),
                                                       HasSubstr(":1:9: error: the scenario's name is missing"),
                                                       HasSubstr(":1:9: error: the title is missing")));
    EXPECT_THAT(mistakes_in("scenario a b\n T\n cites D5\n S: 250\n"),
                ElementsAre("f.smtp:1:12: error: `b` is too much here"));
    EXPECT_THAT(mistakes_in("scenario a\n T\n S: 250\n"),
                ElementsAre(HasSubstr("f.smtp:1:10: error: `cites` is missing")));
    EXPECT_THAT(mistakes_in(scenario("S: 250\ncites X1\n")),
                ElementsAre("f.smtp:5:1: error: statements of the head stand before the dialogue"));
    EXPECT_THAT(mistakes_in(scenario("S: 250\neach a in b\n")),
                ElementsAre("f.smtp:5:1: error: statements of the head stand before the dialogue"));
    EXPECT_THAT(mistakes_in(scenario("client one\nclient two\none S: 250\n")),
                ElementsAre("f.smtp:5:8: error: the client `two` does nothing"));
    EXPECT_THAT(mistakes_in(scenario("role eve postmaster\nmailbox eve is empty\n")),
                ElementsAre(HasSubstr("f.smtp:4:6: error: this changes the server or the sink for everybody")));
}

TEST(Mistakes, in_conditions) {
    const auto mistakes = [](const std::string& condition) {
        return mistakes_in(scenario("  when " + condition + "\n  end\n  S: 250\n"));
    };
    EXPECT_THAT(mistakes("a is a"), IsEmpty());
    EXPECT_THAT(mistakes("$a is b"), ElementsAre("f.smtp:4:8: error: `$a` is no parameter of this scenario"));
    EXPECT_THAT(mistakes("a is $b"), ElementsAre("f.smtp:4:13: error: `$b` is no parameter of this scenario"));
    EXPECT_THAT(mistakes("a"), ElementsAre(StartsWith("f.smtp:4:3: error: `when WORD is WORD, …`")));
    EXPECT_THAT(mistakes("a in b"), ElementsAre(StartsWith("f.smtp:4:3: error: `when WORD is WORD, …`")));
    EXPECT_THAT(mistakes("a is b c"), ElementsAre("f.smtp:4:15: error: a comma should stand before `c`"));
    EXPECT_THAT(mistakes("a is b, , c"), ElementsAre("f.smtp:4:16: error: a word is missing before the comma"));
    EXPECT_THAT(mistakes("a is b,"), ElementsAre("f.smtp:4:3: error: a word is missing at the end of `when`"));
    EXPECT_THAT(mistakes("a is not"), ElementsAre("f.smtp:4:3: error: a word is missing at the end of `when`"));
    EXPECT_THAT(mistakes_in(scenario("  when a is a\n  S: 250\n")),
                ElementsAre("f.smtp:4:3: error: `when` without `end`"));
}

TEST(Mistakes, twice_in_a_head) {
    EXPECT_THAT(mistakes_in(scenario("risk relay\nrisk relay\nset smtp.a = 1\nset smtp.a = 1\nlevel MAY\nlevel MAY\n"
                                     "client a\nclient a\nS: 250\n")),
                ElementsAre(HasSubstr(":5:6: error: `risk` stands here a second time"),
                            HasSubstr(":7:5: error: `smtp.a` is set twice"),
                            HasSubstr(":9:7: error: `level` stands here a second time"),
                            HasSubstr(":11:8: error: the client `a` is declared twice")));
}

TEST(Mistakes, a_case_that_cannot_fail) {
    const char* said = "the case cannot fail: nothing in it judges";
    EXPECT_THAT(mistakes_in(scenario("  given EHLO\n  C: NOOP\n  S? 250\n")), ElementsAre(HasSubstr(said)));
    EXPECT_THAT(mistakes_in(scenario("")), ElementsAre(HasSubstr(said)));
    EXPECT_THAT(mistakes_in(scenario("repeat 0\nS: 250\nend\n")), ElementsAre(HasSubstr(said)));
    EXPECT_THAT(mistakes_in(scenario("repeat 2\nC: NOOP\nS: 250\nend\n")), IsEmpty());
    EXPECT_THAT(mistakes_in(scenario("given EHLO\nmailbox alice is empty\n")), IsEmpty());
    EXPECT_THAT(mistakes_in(scenario("needs alone\nserver start fails\n")), IsEmpty());
    EXPECT_THAT(mistakes_in(scenario("server listens on ::1 incoming\n")), IsEmpty());
    EXPECT_THAT(mistakes_in(scenario("each code in 250 -\nC: A $code\nwhen $code is 250\nS: 250\nend\n")),
                ElementsAre(HasSubstr("f.smtp:4:18: error: the case cannot fail")));
}

TEST(Mistakes, statements_out_of_reach) {
    struct {
        const char* lines;
        std::vector<std::string> said;
    } const table[] = {
        {"S: 220\nC: QUIT\nS: 221\nS: closed\nC: NOOP\nS: 250\n",
         {":8:1: error: out of reach: the connection has ended", ":9:1: error: out of reach"}},
        {"S: closed or reset\nclose\n", {":5:1: error: out of reach: the connection has ended"}},
        {"S: 221 or closed\nC: NOOP\nS: 250\n", {}},
        {"S: closed or silent\nS: 220\n", {}},
        {"S: closed\nconnect\nS: 220\n", {}},
        {"S: closed\nconnect until 220\nC: NOOP\nS: 250\n", {}},
        {"S: 220\nhalf-close\nS: 221\nC: NOOP\n",
         {":7:1: error: out of reach: the client has said that it says no more"}},
        {"C: a\nclose\ngiven EHLO\nS: 250\n", {":6:1: error: out of reach", ":7:1: error: out of reach"}},
        {"S: 220\nabort\nabort\n", {":6:1: error: out of reach"}},
        {"client a\nclient b\na S: closed\nb S: 220\na C: x\n", {":8:1: error: out of reach"}},
        {"client a\nclient b\na S: closed\nC: x\nb S: 220\n", {":7:1: error: out of reach"}},
        {"repeat 2\nS: 220\nclose\nend\n", {":5:1: error: out of reach", ":6:1: error: out of reach"}},
        {"repeat 1\nS: 220\nclose\nend\n", {}},
        {"repeat 2\nconnect\nS: 220\nclose\nend\n", {}},
        {"needs alone\nserver stop\nS: 220\n", {":6:1: error: out of reach: the server is not running here"}},
        {"needs alone\nserver stop\nserver start\nS: 220\n", {}},
        {"needs alone\nS: 220\nserver kill\nS: closed\nserver does not listen on ::1 incoming\n", {}},
        {"needs alone\nserver start fails\nserver listens on ::1 incoming\n", {":6:1: error: out of reach"}},
        {"needs alone\nS: 220\nserver start\n", {":6:1: error: the server runs already"}},
        {"needs alone\nS: 220\nserver start fails\n", {":6:1: error: the server runs already"}},
        {"needs alone\nserver stop\nserver reload\nserver start fails\n", {":6:1: error: out of reach"}},
    };
    for (const auto& [lines, said] : table) {
        std::vector<testing::Matcher<std::string>> expected;
        for (const std::string& one : said) expected.push_back(HasSubstr(one));
        EXPECT_THAT(mistakes_in(scenario(lines)), ElementsAreArray(expected)) << lines;
    }
}

TEST(Mistakes, in_tables) {
    EXPECT_THAT(mistakes_in(scenario("  each\n    | a | b |\n    | 1 |\n  C: $a $b\n  S: 250\n")),
                ElementsAre("f.smtp:6:7: error: the row has 1 cells, the table 2 columns"));
    EXPECT_THAT(mistakes_in(scenario("  each\n    | a | a |\n    | 1 | 2 |\n  C: $a\n  S: 250\n")),
                ElementsAre("f.smtp:5:11: error: the parameter `a` stands twice in the table"));
    EXPECT_THAT(mistakes_in(scenario("  each\n    | a |\n    | 1\n  C: $a\n  S: 250\n")),
                ElementsAre("f.smtp:6:8: error: a row ends with `|`"));
    EXPECT_THAT(mistakes_in(scenario("  each\n    | a |\n    |   |\n  C: $a\n  S: 250\n")),
                ElementsAre(StartsWith("f.smtp:6:9: error: an empty cell")));
    EXPECT_THAT(mistakes_in(scenario("  each\n    | a | b | c |\n    | 1 | 2 | 3 |\n  C: $b\n  S: 250\n")),
                ElementsAre("f.smtp:5:15: error: the parameter `c` is not used"));
    EXPECT_THAT(mistakes_in(scenario("each a in NOOP noop\nC: $a\nS: 250\n")),
                ElementsAre(StartsWith("f.smtp:4:16: error: a second case with the id `folder/file/a/noop`")));
    EXPECT_THAT(mistakes_in(scenario("each a in 1\neach a in 2\nC: $a\nS: 250\n")),
                ElementsAre("f.smtp:5:6: error: the parameter `a` is given twice"));
    EXPECT_THAT(mistakes_in(scenario("  | a |\n  S: 250\n")),
                ElementsAre(HasSubstr("f.smtp:4:3: error: unknown statement `|`")));
}

TEST(Mistakes, in_what_a_parameter_puts_in_are_where_it_is_put_in) {
    EXPECT_THAT(
        mistakes_in(scenario(
            "  each\n    | n | code |\n    | a | 250  |\n    | b | 999  |\n  C: é $n\n  S: $code -- é $code\n")),
        ElementsAre(StartsWith("f.smtp:9:6: error: bad reply code `999`")));
    EXPECT_THAT(mistakes_in(scenario("  each long in abcdefghij\n  S: 250 text matching /$long/ $long lines x\n")),
                ElementsAre(StartsWith("f.smtp:5:32: error: unknown part of a reply pattern `abcdefghij`")));
    EXPECT_THAT(mistakes_in(scenario("  each long in abcdefghij\n  C: $long \\q\n  S: 250\n")),
                ElementsAre(StartsWith("f.smtp:5:12: error: unknown escape `\\q`")));
}

TEST(Mistakes, in_oracles) {
    EXPECT_THAT(mistakes_in(scenario("each login in no\neach role in carol\noracle reply\nC: $code\nS: 250\n")),
                ElementsAre("f.smtp:6:8: error: no rule of the oracle matches login=no role=carol"));
    EXPECT_THAT(
        mistakes_in(scenario("each a in x\noracle broken\nC: $a$b\nS: 250\n")),
        ElementsAre(
            "conformance/oracle/broken.table:2:1: error: the rule has 0 given values, the table 1 such columns"));
    EXPECT_THAT(mistakes_in(scenario("each login in no\neach code in 1\neach role in bob\noracle reply\nS: 250\n")),
                ElementsAre("f.smtp:7:8: error: the parameter `code` is given twice"));
}

TEST(Mistakes, of_oracle_tables) {
    const auto mistakes = [](const char* table) {
        ParseContext context;
        context.oracle = [table](std::string_view) { return std::optional<std::string>(table); };
        std::vector<std::string> all;
        for (const Diagnostic& one :
             parse("f", "scenario a\nT\ncites D5\neach a in x\noracle o\nC: $b\nS: 250\n", context).diagnostics) {
            all.push_back(to_string(one));
        }
        return all;
    };
    const std::string at = "conformance/oracle/o.table:";
    EXPECT_THAT(mistakes("# none\na => b | cites\nx => 1 | D5 X1\n"), IsEmpty());
    EXPECT_THAT(mistakes(""), ElementsAre(at + "1:1: error: the table has no rules"));
    EXPECT_THAT(mistakes("a b\n"), ElementsAre(StartsWith(at + "1:1: error: conditions, `=>`")));
    EXPECT_THAT(mistakes("=> b | cites\n"),
                ElementsAre(StartsWith(at + "1:1: error: the first line of an oracle names")));
    EXPECT_THAT(mistakes("a => a | cites\n"), ElementsAre(at + "1:6: error: the column `a` stands twice"));
    EXPECT_THAT(mistakes("a => b-c | cites\n"), ElementsAre(at + "1:6: error: bad name of a parameter `b-c`"));
    EXPECT_THAT(mistakes("a => b | cites\nx y => 1 | D5\nx => 1 |\n* => 1 | D5\n"),
                ElementsAre(at + "2:1: error: the rule has 2 conditions, the table 1 such columns",
                            at + "3:1: error: the rule cites nothing"));
    EXPECT_THAT(mistakes("a => b | cites\nx => 1 | D5\n* => 2 | D5\ny => 3 | D5\n"),
                ElementsAre(at + "3:1: error: no case of f is decided by this rule",
                            at + "4:1: error: no case of f is decided by this rule"));
}

TEST(Limits, of_files_products_and_nesting) {
    EXPECT_THAT(mistakes_in(scenario("S: 250\n") + std::string(1024 * 1024, '#')),
                ElementsAre("f.smtp:1:1: error: a scenario file has at most 1 MiB", HasSubstr("no scenario")));

    std::string ten = " in 0 1 2 3 4 5 6 7 8 9\n";
    const std::string product = "each a" + ten + "each b" + ten + "each c" + ten + "each d" + ten;
    EXPECT_THAT(cases_of(scenario(product + "C: $a$b$c$d\nS: 250\n")), SizeIs(10'000));
    EXPECT_THAT(mistakes_in(scenario(product + "each e in 0 1\nC: $a$b$c$d$e\nS: 250\n")),
                ElementsAre("f.smtp:1:10: error: more than 10,000 cases in one file"));
    std::string lines;
    for (int i = 0; i < 51; ++i) lines += "C: $a$b$c$d\n";
    EXPECT_THAT(mistakes_in(scenario(product + lines + "S: 250\n")),
                ElementsAre("f.smtp:1:10: error: more than 500,000 lines in all cases of one file"));

    const std::string four = "repeat 2\nrepeat 2\nrepeat 2\nrepeat 2\nC: A\nS: 250\nend\nend\nend\nend\n";
    EXPECT_THAT(mistakes_in(scenario(four)), IsEmpty());
    EXPECT_THAT(mistakes_in(scenario("repeat 1\n" + four + "end\n")),
                ElementsAre("f.smtp:8:1: error: `repeat` nested more than 4 deep"));
}

TEST(Limits, mistakes_are_counted) {
    std::string lines;
    for (int i = 0; i < 2000; ++i) lines += "S: 999\n";
    const std::vector<std::string> mistakes = mistakes_in(scenario(lines));
    ASSERT_THAT(mistakes, SizeIs(1001));
    EXPECT_THAT(mistakes.back(), HasSubstr("too many mistakes"));
}

TEST(Limits, a_long_expression_is_refused_before_it_nests_too_deeply) {
    std::string sum = "C: ${1";
    for (int i = 0; i < 300; ++i) sum += "+1";
    EXPECT_THAT(mistakes_in(scenario(sum + "}\nS: 250\n")), ElementsAre(HasSubstr("too many operators in one text")));
    EXPECT_THAT(mistakes_in(scenario("C: ${" + std::string(100'000, '(') + "}\nS: 250\n")),
                ElementsAre(HasSubstr("nested too deeply")));
    std::string quotes = "1";
    for (int i = 0; i < 40; ++i) quotes = "\"${" + quotes + "}\"";
    EXPECT_THAT(mistakes_in(scenario("C: ${" + quotes + "}\nS: 250\n")), ElementsAre(HasSubstr("nested too deeply")));
}

}  // namespace
}  // namespace smtpspec::script
