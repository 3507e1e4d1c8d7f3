#include "runner/requirements.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

const std::string header = "id\trfc\tsection\tlevel\tside\tgroup\tsummary\tevidence\tneeds\tambiguity\n";
const std::string rset = "5321-4.1.1.5-rset\t5321\t4.1.1.5\tMUST\tserver\trset\tForgets.\tSeen.\t-\t-\n";

std::string error_of(const std::string& table) {
    try {
        Requirements().add(table, "r.tsv");
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no error";
}

TEST(Requirements, FindsRowsById) {
    Requirements requirements;
    requirements.add(header + rset, "r.tsv");
    requirements.add(
        header + "X5\tsettings\tlimits\tDECIDED\tserver\tlimits\tOne.\tnot observable from outside\t-\t-\n", "s.tsv");
    ASSERT_NE(requirements.find("5321-4.1.1.5-rset"), nullptr);
    EXPECT_EQ(requirements.find("5321-4.1.1.5-rset")->source(), "RFC 5321 §4.1.1.5");
    EXPECT_TRUE(requirements.find("5321-4.1.1.5-rset")->observable());
    EXPECT_EQ(requirements.find("X5")->source(), "decision X5");
    EXPECT_FALSE(requirements.find("X5")->observable());
    EXPECT_EQ(requirements.find("X6"), nullptr);
    EXPECT_EQ(requirements.ids(), (std::vector<std::string>{"5321-4.1.1.5-rset", "X5"}));
}

TEST(Requirements, NamesTheLineThatIsWrong) {
    EXPECT_TRUE(error_of(header + rset + "too\tshort\n").starts_with("r.tsv:3: "));
    EXPECT_TRUE(error_of(header + rset + rset).starts_with("r.tsv:3: "));
    EXPECT_TRUE(error_of(header + "a\t1\t1\tMIGHT\tserver\tg\ts\te\t-\t-\n").starts_with("r.tsv:2: "));
}

TEST(Requirements, SomeAreUnaskedForAReason) {
    Requirements requirements;
    requirements.add(header + rset + "5321-1-a\t5321\t1\tMUST\tserver\tg\ts\te\tsink,config:list\t-\n", "r.tsv");
    requirements.add_reasons("# why\n5321-1-*\tthe first\nneeds:config:list\tthere are no lists\n", "u.tsv");
    EXPECT_EQ(requirements.find("5321-1-a")->unasked, "the first");
    EXPECT_EQ(requirements.find("5321-4.1.1.5-rset")->unasked, "");
}

TEST(Requirements, AReasonThatFitsNothingIsWrong) {
    const auto error = [](const std::string& reasons) -> std::string {
        Requirements requirements;
        requirements.add(header + rset, "r.tsv");
        try {
            requirements.add_reasons(reasons, "u.tsv");
        } catch (const std::runtime_error& wrong) {
            return wrong.what();
        }
        return "no error";
    };
    EXPECT_EQ(error("5321-4.1.1.5-reset\tno\n"),
              "u.tsv:1: no requirement is 5321-4.1.1.5-reset (did you mean 5321-4.1.1.5-rset?)");
    EXPECT_TRUE(error("#\nneeds:dns\tno\n").starts_with("u.tsv:2: no requirement is needs:dns"));
    EXPECT_TRUE(error("5321-4.1.1.5-rset\n").starts_with("u.tsv:1: "));
    EXPECT_TRUE(error("5321-4.1.1.5-rset\t\n").starts_with("u.tsv:1: "));
}

}  // namespace
}  // namespace smtpspec::runner
