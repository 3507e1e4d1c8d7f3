#include "script/parse.h"

#include <gmock/gmock.h>

namespace smtpspec::script {
namespace {

TEST(Parse, the_example_of_the_page) {
    ParseContext context;
    context.id_prefix = "rfc5321/rset";
    const ParseResult result = parse("rset.smtp", R"(# conformance/scenarios/rfc5321/rset.smtp
fixture default

scenario rset-discards-the-transaction
  RSET forgets the sender and the recipients
  cites 5321-4.1.1.5-rset-discards
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
)",
                                     context);
    for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << to_string(diagnostic);
    ASSERT_EQ(result.cases.size(), 1U);
    const Case& made = result.cases[0];
    EXPECT_EQ(made.id, "rfc5321/rset/rset-discards-the-transaction");
    EXPECT_EQ(made.title, "RSET forgets the sender and the recipients");
    ASSERT_EQ(made.statements.size(), 10U);
    EXPECT_EQ(std::get<Send>(made.statements[1].act).writes[0].raw, "MAIL FROM:<$ann>\\r\\n");
    EXPECT_EQ(made.statements[8].words, "there is no transaction after RSET");
    EXPECT_EQ(std::get<Expect>(made.statements[8].act).source, "503");
    EXPECT_TRUE(made.roles.contains("ann"));
    EXPECT_TRUE(made.roles.contains("alice"));
}

}  // namespace
}  // namespace smtpspec::script
