#include "client/message_check.h"

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

using ::testing::HasSubstr;
using Kind = script::MessageCheckKind;

const std::string content = "Subject: s\r\n\r\n.dot\r\nbody\r\n";

bool as_sent(const std::string& stored, const std::vector<std::string>& contents = {content}) {
    return !not_as_sent(stored, contents);
}

TEST(AsSent, holds_below_the_trace_fields) {
    EXPECT_TRUE(as_sent(content));
    EXPECT_TRUE(as_sent("Return-Path: <ann@remote.example>\r\nReceived: from a\r\n\tby b\r\n" + content));
    EXPECT_TRUE(as_sent("X-Original-To: a\r\nDelivered-To: b\r\n" + content));
}

TEST(AsSent, does_not_hold_where_an_octet_differs) {
    EXPECT_FALSE(as_sent(content + "\r\n"));
    EXPECT_FALSE(as_sent(content.substr(0, content.size() - 2)));
    EXPECT_FALSE(as_sent("Subject: S\r\n\r\n.dot\r\nbody\r\n"));
    EXPECT_FALSE(as_sent("Subject: s\r\n\r\n..dot\r\nbody\r\n"));
    EXPECT_FALSE(as_sent("Subject: s\r\nX-Added: 1\r\n\r\n.dot\r\nbody\r\n"));
    EXPECT_FALSE(as_sent(""));
}

TEST(AsSent, does_not_hold_where_more_than_fields_was_added) {
    EXPECT_THAT(*not_as_sent("free text\r\n" + content, {content}), HasSubstr("is no header section"));
    EXPECT_FALSE(as_sent("Received: a\r\n\r\n" + content));
    EXPECT_FALSE(as_sent("Received: a" + content));
}

TEST(AsSent, takes_the_line_ends_of_unix_only_where_there_are_no_others) {
    EXPECT_TRUE(as_sent("Received: a\nSubject: s\n\n.dot\nbody\n"));
    EXPECT_FALSE(as_sent("Received: a\nSubject: s\n\n.dot\nbody\r\n"));
    EXPECT_FALSE(as_sent("Received: a\r\nSubject: s\r\n\r\n.dot\r\nbody\n"));
    // A bare CR that was sent is lost in such a file: that is no matter of line ends.
    EXPECT_FALSE(as_sent("A: b\nc\n", {"A: b\r\n\rc\r\n"}));
    EXPECT_TRUE(as_sent("A: b\n\rc\r\n", {"A: b\n\rc\r\n"}));
}

TEST(AsSent, allows_an_empty_line_before_content_without_a_header_section) {
    EXPECT_TRUE(as_sent("Received: a\r\n\r\njust text\r\n", {"just text\r\n"}));
    EXPECT_TRUE(as_sent("Received: a\r\njust text\r\n", {"just text\r\n"}));
    EXPECT_FALSE(as_sent("Received: a\r\n\r\n\r\njust text\r\n", {"just text\r\n"}));
}

TEST(AsSent, means_one_of_the_mails_sent) {
    EXPECT_TRUE(as_sent("Received: a\r\nB: 2\r\n", {"A: 1\r\n", "B: 2\r\n"}));
    EXPECT_FALSE(as_sent("Received: a\r\nC: 3\r\n", {"A: 1\r\n", "B: 2\r\n"}));
    EXPECT_THAT(*not_as_sent("A: b\r\n", {}), HasSubstr("no client sent"));
}

TEST(AsSent, shows_where_it_differs) {
    EXPECT_EQ(*not_as_sent("Received: x\r\nSubject: s\r\n\r\n.dot\r\nbodY\r\n", {content}),
              "it differs from what was sent, looking back from octet 24 of the content: sent \"Subject: "
              "s\\r\\n\\r\\n.dot\\r\\nbody\", found \"Received: x\\r\\nSubject: s\\r\\n\\r\\n.dot\\r\\nbodY\"");
}

class Checks : public ::testing::Test {
protected:
    std::string why(Kind kind, const std::string& name, const std::string& value, int occurrence = 1) {
        script::MessageCheck check{};
        check.kind = kind;
        check.name = name;
        check.occurrence = occurrence;
        check.value.raw = value;
        if (kind == Kind::header_matching) check.pattern = script::Pattern{{value, {}}, false, false};
        return difference(check, found, context).value_or("holds");
    }

    FoundMessage found{"Return-Path: <ann@remote.example>\nReceived: from a\nReceived: from b\nSubject: s\n\nbody\n",
                       {}};
    CheckContext context{[](const script::Template& source) { return source.raw; },
                         [](const script::Pattern& pattern) { return pattern.expression.raw; },
                         {"Subject: s\r\n\r\nbody\r\n"}};
};

TEST_F(Checks, of_header_fields) {
    EXPECT_EQ(why(Kind::header_is, "return-path", "<ann@remote.example>"), "holds");
    EXPECT_EQ(why(Kind::header_is, "Return-Path", "<>"), "field Return-Path is \"<ann@remote.example>\", not \"<>\"");
    EXPECT_EQ(why(Kind::header_is, "To", "x"), "there is no field To");
    EXPECT_EQ(why(Kind::header_is, "Received", "from b", 2), "holds");
    EXPECT_EQ(why(Kind::header_is, "Received", "from c", 3), "there is no field Received number 3");
    EXPECT_EQ(why(Kind::header_matching, "Received", "^from [ab]$", 2), "holds");
    EXPECT_EQ(why(Kind::header_matching, "Received", "^by"), "field Received is \"from a\"");
    EXPECT_EQ(why(Kind::header_matching, "To", "x"), "there is no field To");
    EXPECT_EQ(why(Kind::no_header, "X-Injected", ""), "holds");
    EXPECT_EQ(why(Kind::no_header, "subject", ""), "there is a field subject");
    EXPECT_EQ(why(Kind::first_header, "Return-Path", ""), "holds");
    EXPECT_EQ(why(Kind::first_header, "Received", ""), "the first field is Return-Path");
}

TEST_F(Checks, of_the_content) {
    EXPECT_EQ(why(Kind::as_sent, "", ""), "holds");
    EXPECT_EQ(why(Kind::body_is, "", "body\r\n"), "holds");
    EXPECT_EQ(why(Kind::body_is, "", "body"), "the body is \"body\\r\\n\", not \"body\"");
    EXPECT_EQ(why(Kind::contains, "", "s\r\n\r\nbody"), "holds");
    EXPECT_EQ(why(Kind::contains, "", "absent"), "it does not contain \"absent\"");
    EXPECT_EQ(why(Kind::not_contains, "", "absent"), "holds");
    EXPECT_EQ(why(Kind::not_contains, "", "body"), "it contains \"body\"");
}

TEST_F(Checks, of_the_envelope_are_for_the_next_hop) {
    EXPECT_EQ(why(Kind::reverse_path_is, "", "<ann@remote.example>"), "a mailbox knows no envelope");
    SunkMail mail;
    mail.reverse_path = "alice@example.org";
    mail.mail_parameters["BODY"] = "8BITMIME";
    mail.recipients = {"ann@remote.example"};
    mail.recipient_parameters["ann@remote.example"]["NOTIFY"] = "NEVER";
    mail.came_to = "127.0.0.31";
    found.sunk = mail;
    EXPECT_EQ(why(Kind::reverse_path_is, "", "<alice@example.org>"), "holds");
    EXPECT_EQ(why(Kind::reverse_path_is, "", "<>"), "the reverse-path is \"<alice@example.org>\", not \"<>\"");
    EXPECT_EQ(why(Kind::parameter_is, "body", "8BITMIME"), "holds");
    EXPECT_EQ(why(Kind::parameter_is, "NOTIFY", "NEVER"), "holds");
    EXPECT_EQ(why(Kind::parameter_is, "SIZE", "3"), "there is no parameter SIZE");
    EXPECT_EQ(why(Kind::came_to, "", "127.0.0.31"), "holds");
    EXPECT_EQ(why(Kind::came_to, "", "127.0.0.2"), "the next hop's address is \"127.0.0.31\", not \"127.0.0.2\"");
}

}  // namespace
}  // namespace smtpspec::client
