#include "protocol/address_fields.h"

#include <gmock/gmock.h>

namespace refserver::protocol {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(AddressDomains, OfAllFormsOfAddresses) {
    EXPECT_THAT(address_domains(" ann@a.example"), Optional(ElementsAre("a.example")));
    EXPECT_THAT(address_domains("Ann <ann@a.example>, \"B, b\" <b@b.example>,c@[192.0.2.1]"),
                Optional(ElementsAre("a.example", "b.example", "[192.0.2.1]")));
    EXPECT_THAT(address_domains("A. N. Other (of (the) firm \\) ) <\"a b\"@ a . example>"),
                Optional(ElementsAre("a.example")));
    EXPECT_THAT(address_domains("friends: ann@a.example, B <b@b.example>;"),
                Optional(ElementsAre("a.example", "b.example")));
    EXPECT_THAT(address_domains("undisclosed-recipients:;"), Optional(IsEmpty()));
    EXPECT_THAT(address_domains("undisclosed-recipients:"), Optional(IsEmpty()));
    EXPECT_THAT(address_domains("<@relay,@other.example:ann@a.example>"), Optional(ElementsAre("a.example")));
    EXPECT_THAT(address_domains("ann@old.example <ann@a.example>"), Optional(ElementsAre("a.example")));
    EXPECT_THAT(address_domains(", ann@a.example, ,"), Optional(ElementsAre("a.example")));
    EXPECT_THAT(address_domains("J\xc3\xb6rg <j\xc3\xb6rg@b\xc3\xbc"
                                "cher.example>"),
                Optional(ElementsAre("b\xc3\xbc"
                                     "cher.example")));
    EXPECT_THAT(address_domains("=?utf-8?q?J=C3=B6rg?= <joerg@a.example>"), Optional(ElementsAre("a.example")));
    EXPECT_THAT(address_domains(""), Optional(IsEmpty()));
}

TEST(AddressDomains, OfNoAddress) {
    for (const char* wrong :
         {"<<@>>", "ann", "ann@", "@a.example", "<ann@a.example", "ann@a.example>", "<>", "ann@a..example",
          "ann@.example", "a b@a.example c", "\"open", "(open", "ann@[192.0.2.1", "ann@a.example; b@b.example",
          "ann\\b@a.example", "ann@a.example b@b.example", "ann b@b.example", "<ann. @b.example>"}) {
        EXPECT_FALSE(address_domains(wrong)) << wrong;
    }
}

std::optional<AddressDefect> defect(std::string_view content, std::size_t piece = 3) {
    AddressFields fields("intranet");
    for (std::size_t at = 0; at < content.size(); at += piece) fields.feed(content.substr(at, piece));
    return fields.defect();
}

TEST(AddressFields, TellsTheFirstDefectAndItsField) {
    const auto syntax = defect("Subject: <<@>>\r\nResent-To: ann,\r\n b@b.example\r\nFrom: a@b\r\n\r\n");
    ASSERT_TRUE(syntax);
    EXPECT_EQ(syntax->kind, AddressDefect::Kind::syntax);
    EXPECT_EQ(syntax->field, "Resent-To");
    const auto domain = defect("FROM : ann@single\r\n\r\n");
    ASSERT_TRUE(domain);
    EXPECT_EQ(domain->kind, AddressDefect::Kind::domain_not_qualified);
    EXPECT_EQ(domain->field, "FROM");
}

TEST(AddressFields, FindsNothingInWhatIsRight) {
    EXPECT_FALSE(defect("From: ann@localhost\r\nTo: Bob\r\n\t<bob@intranet>\r\nReply: x\r\n\r\nFrom: nobody\r\n"));
    EXPECT_FALSE(defect(": a\r\nno field\r\n\r\n"));
    EXPECT_FALSE(defect(""));
}

}  // namespace
}  // namespace refserver::protocol
