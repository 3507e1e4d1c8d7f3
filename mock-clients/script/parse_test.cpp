#include "script/parse.h"

#include "script/parse_harness.h"

namespace smtpspec::script {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::UnorderedElementsAre;

std::vector<std::string> ids(const std::vector<Case>& cases) {
    std::vector<std::string> all;
    for (const Case& made : cases) all.push_back(made.id);
    return all;
}

TEST(Parse, the_example_of_the_page) {
    const std::vector<Case> cases = cases_of(R"(# conformance/scenarios/rfc5321/rset.smtp
fixture default

scenario rset-discards-the-transaction
  RSET forgets the sender and the recipients
  cites 5321-4.1.1.5-rset
  given EHLO
  C: MAIL FROM:<$ann>
  S? 250
  C: RCPT TO:<$alice>
  S? 250
  C: RSET
  S: 250
  C: DATA
  S: 503 -- there is no transaction after RSET
  mailbox alice is empty
)");
    ASSERT_EQ(cases.size(), 1U);
    const Case& made = cases[0];
    EXPECT_EQ(made.id, "folder/file/rset-discards-the-transaction");
    EXPECT_EQ(made.title, "RSET forgets the sender and the recipients");
    EXPECT_THAT(made.cites, ElementsAre("5321-4.1.1.5-rset"));
    EXPECT_EQ(made.fixture, "default");
    EXPECT_FALSE(made.alone);
    ASSERT_EQ(made.clients.size(), 1U);
    EXPECT_EQ(made.clients[0].from, "127.0.0.10");
    EXPECT_THAT(made.roles, UnorderedElementsAre(Key("ann"), Key("alice")));
    EXPECT_EQ(made.roles.at("alice").kind, RoleKind::hosted);
    EXPECT_EQ(made.roles.at("ann").kind, RoleKind::remote);
    EXPECT_EQ(made.at.line, 4);
    EXPECT_EQ(made.at.column, 10);

    ASSERT_EQ(made.statements.size(), 10U);
    EXPECT_EQ(std::get<Send>(made.statements[1].act).writes[0].raw, "MAIL FROM:<$ann>\\r\\n");
    EXPECT_EQ(made.statements[1].at.line, 8);
    EXPECT_EQ(made.statements[1].at.column, 3);
    EXPECT_EQ(made.statements[8].text, "S: 503 -- there is no transaction after RSET");
    EXPECT_EQ(made.statements[8].words, "there is no transaction after RSET");
    EXPECT_EQ(std::get<Expect>(made.statements[8].act).source, "503");
    EXPECT_EQ(std::get<CountCheck>(made.statements[9].act).messages, 0);
}

TEST(Parse, head_of_the_file_and_head_of_the_scenario) {
    const std::vector<Case> cases = cases_of(R"(fixture submission
risk relay
cites X1 D5
set smtp.a = 1
set smtp.b = "two"
needs extension size
scenario a
  A title
  cites D5
  S: 220
scenario b
  Another title
  cites X2 D5
  level SHOULD NOT
  risk injection
  fixture default
  set smtp.a = [1, 2]
  needs extension STARTTLS
  needs no extension chunking
  needs alone
  S: 220
)");
    ASSERT_EQ(cases.size(), 2U);
    EXPECT_THAT(cases[0].cites, ElementsAre("D5", "X1"));
    EXPECT_EQ(cases[0].fixture, "submission");
    EXPECT_EQ(cases[0].risk, "relay");
    EXPECT_EQ(cases[0].level, "");
    EXPECT_THAT(cases[0].settings, ElementsAre(Pair("smtp.a", "1"), Pair("smtp.b", "\"two\"")));
    EXPECT_THAT(cases[0].extensions, ElementsAre("SIZE"));
    EXPECT_FALSE(cases[0].alone);

    EXPECT_THAT(cases[1].cites, ElementsAre("X2", "D5", "X1"));
    EXPECT_EQ(cases[1].fixture, "default");
    EXPECT_EQ(cases[1].risk, "injection");
    EXPECT_EQ(cases[1].level, "SHOULD NOT");
    EXPECT_THAT(cases[1].settings, ElementsAre(Pair("smtp.a", "[1, 2]"), Pair("smtp.b", "\"two\"")));
    EXPECT_THAT(cases[1].extensions, ElementsAre("SIZE", "STARTTLS"));
    EXPECT_THAT(cases[1].absent_extensions, ElementsAre("CHUNKING"));
    EXPECT_TRUE(cases[1].alone);
}

TEST(Parse, clients_and_roles) {
    const std::vector<Case> cases = cases_of(scenario(R"(  role eve hosted local-part "o'%${"x" * 3}"
  role mallory remote
  role chief postmaster
  needs alone
  client one from 127.0.0.20 to incoming
  client two from ::1 to ::1 outgoing over implicit times 3
  one C: MAIL FROM:<$mallory>
  C: RCPT TO:<$eve.local@$eve.domain>
  two S: 220
  mailbox chief is empty
)"));
    ASSERT_EQ(cases.size(), 1U);
    const Case& made = cases[0];
    EXPECT_EQ(made.roles.at("eve").local_part.raw, R"(o'%${"x" * 3})");
    EXPECT_EQ(made.roles.at("mallory").kind, RoleKind::remote);
    EXPECT_EQ(made.roles.at("chief").kind, RoleKind::postmaster);
    ASSERT_EQ(made.clients.size(), 2U);
    EXPECT_EQ(made.clients[0].name, "one");
    EXPECT_EQ(made.clients[0].from, "127.0.0.20");
    EXPECT_EQ(made.clients[0].to, PortRole::incoming);
    EXPECT_EQ(made.clients[0].over, Channel::plain);
    EXPECT_EQ(made.clients[1].to_address, "::1");
    EXPECT_EQ(made.clients[1].to, PortRole::outgoing);
    EXPECT_EQ(made.clients[1].over, Channel::implicit);
    EXPECT_EQ(made.clients[1].times, 3);
    ASSERT_EQ(made.statements.size(), 4U);
    EXPECT_EQ(made.statements[0].client, "one");
    EXPECT_EQ(made.statements[1].client, "");
    EXPECT_EQ(made.statements[2].client, "two");
}

TEST(Parse, parameters_make_the_product) {
    const std::vector<Case> cases = cases_of(scenario(R"(  each verb in EHLO "HE LO" -
  each
    | at       | octets | step          |
    | Just Be$ | 511    | "S: 250"      |
    | a/b      | 513    | -             |
  set smtp.a = $octets
  C: $verb $$verb ${"a" * $octets}
  $step
  S: 220
)"));
    EXPECT_THAT(ids(cases),
                ElementsAre("folder/file/a/ehlo/just-be", "folder/file/a/ehlo/a/b", "folder/file/a/he-lo/just-be",
                            "folder/file/a/he-lo/a/b", "folder/file/a/-/just-be", "folder/file/a/-/a/b"));
    ASSERT_EQ(cases.size(), 6U);
    EXPECT_THAT(cases[2].parameters, UnorderedElementsAre(Pair("verb", "HE LO"), Pair("at", "Just Be$"),
                                                          Pair("octets", "511"), Pair("step", "S: 250")));
    EXPECT_EQ(cases[0].settings.at("smtp.a"), "511");
    EXPECT_EQ(std::get<Send>(cases[0].statements[0].act).writes[0].raw, "EHLO $$verb ${\"a\" * 511}\\r\\n");
    EXPECT_EQ(std::get<Send>(cases[5].statements[0].act).writes[0].raw, " $$verb ${\"a\" * 513}\\r\\n");
    EXPECT_EQ(cases[0].statements.size(), 3U);
    EXPECT_EQ(cases[1].statements.size(), 2U) << "an empty line is dropped";
    EXPECT_EQ(cases[2].at.line, 7) << "a case is where its row is";
    EXPECT_EQ(cases[3].at.line, 8);
}

TEST(Parse, joined_tables_add_to_the_id_part_before) {
    const std::vector<Case> cases = cases_of(scenario(R"(  each auth in open any
  each+ range in - range /un/Ranged
  C: $auth$range
  S: 250
)"));
    EXPECT_THAT(ids(cases),
                ElementsAre("folder/file/a/open", "folder/file/a/open+range", "folder/file/a/open/un/ranged",
                            "folder/file/a/any", "folder/file/a/any+range", "folder/file/a/any/un/ranged"));
}

TEST(Parse, cells) {
    const std::vector<Case> cases = cases_of(scenario(R"(  each
    | n   | pieces         |
    | one | "a|b" "\" | c" |
    | two | "\"  x |\""    |
    | "-" | "-"            |
  C= "$n"
  C: $pieces
  S: 250
)"));
    ASSERT_EQ(cases.size(), 3U);
    EXPECT_EQ(cases[0].parameters.at("pieces"), R"("a|b" "\" | c")") << "several texts keep their quotes";
    EXPECT_EQ(cases[1].parameters.at("pieces"), R"(\"  x |\")") << "one text loses them";
    EXPECT_EQ(std::get<Send>(cases[2].statements[1].act).writes[0].raw, "-\\r\\n");
}

TEST(Parse, when_keeps_lines_in_some_cases) {
    const std::vector<Case> cases = cases_of(scenario(R"(  each verdict in allow refuse ask -
  when $verdict is refuse, ask
    needs alone
  end
  C: NOOP
  when $verdict is not -
    repeat 2
      C: A
    end
    when $verdict is allow
      C: B
    end
  end
  S: 250
)"));
    ASSERT_EQ(cases.size(), 4U);
    EXPECT_EQ(cases[0].statements.size(), 4U);
    EXPECT_EQ(cases[1].statements.size(), 3U);
    EXPECT_EQ(cases[3].statements.size(), 2U);
    EXPECT_FALSE(cases[0].alone);
    EXPECT_TRUE(cases[1].alone);
    EXPECT_TRUE(cases[2].alone);
    EXPECT_FALSE(cases[3].alone);
}

TEST(Parse, oracles_give_parameters_and_citations) {
    const std::vector<Case> cases = cases_of(scenario(R"(  each login in yes no
  each role in alice bob
  oracle reply
  oracle words
  C: RCPT TO:<$alice>
  $step
)"));
    ASSERT_EQ(cases.size(), 4U);
    EXPECT_THAT(cases[0].cites, ElementsAre("D5", "X1"));
    EXPECT_THAT(cases[2].cites, ElementsAre("D5", "X2", "X1"));
    EXPECT_EQ(cases[2].parameters.at("code"), "250");
    ASSERT_EQ(cases[2].statements.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<Expect>(cases[2].statements[1].act));
}

TEST(Parse, one_bad_scenario_leaves_the_others) {
    const ParseResult result =
        parse("f.smtp", scenario("  S: 999\n") + "scenario b\n  T\n  cites D5\n  S: 220\n", small_world());
    EXPECT_THAT(ids(result.cases), ElementsAre("folder/file/b"));
    EXPECT_EQ(result.diagnostics.size(), 1U);
}

TEST(Parse, without_a_world_every_name_exists) {
    const ParseResult result = parse(
        "f.smtp", "fixture any\nscenario b\n  T\n  cites what-ever\n  set a.b = 1\n  S: 220\n  send message m\n", {});
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(ids(result.cases), ElementsAre("b"));
}

}  // namespace
}  // namespace smtpspec::script
