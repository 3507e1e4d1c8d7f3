#include "protocol/path.h"

#include <optional>

#include <gtest/gtest.h>

namespace refserver::protocol::grammar {
namespace {

std::optional<std::string> parsed_local_part(std::string_view text) {
    Scanner in(text);
    auto value = local_part(in);
    if (!in.at_end() || std::holds_alternative<PathError>(value)) return std::nullopt;
    return std::get<std::string>(value);
}

/// The address of a path, "<>" for the null one, or nothing.
std::optional<std::string> parsed_reverse_path(std::string_view text) {
    Scanner in(text);
    auto value = reverse_path(in);
    if (!in.at_end() || std::holds_alternative<PathError>(value)) return std::nullopt;
    const auto& path = std::get<ReversePath>(value);
    return path.mailbox ? path.mailbox->to_string() : "<>";
}

std::optional<std::string> parsed_forward_path(std::string_view text) {
    Scanner in(text);
    auto value = forward_path(in);
    if (!in.at_end() || std::holds_alternative<PathError>(value)) return std::nullopt;
    return std::get<Mailbox>(value).to_string();
}

std::optional<PathError> error_of(std::string_view text) {
    Scanner in(text);
    auto value = reverse_path(in);
    const auto* error = std::get_if<PathError>(&value);
    return error ? std::optional(*error) : std::nullopt;
}

TEST(LocalPart, DotString) {
    for (const char* text : {"a", "Ann.Lee", "a.b.c", "!#$%&'*+-/=?^_`{|}~.x", "x_y"}) {
        EXPECT_EQ(parsed_local_part(text), text);
    }
    for (const char* text :
         {"", ".a", "a.", "a..b", "a b", "a,b", "a@b", "(a)", "a\\b", "a:b", "a;b", "<a", "a\x01", "a\x7f"}) {
        EXPECT_FALSE(parsed_local_part(text)) << text;
    }
}

TEST(LocalPart, QuotedStringIsItsValue) {
    EXPECT_EQ(parsed_local_part(R"("a b")"), "a b");
    EXPECT_EQ(parsed_local_part(R"("a\"b")"), R"(a"b)");
    EXPECT_EQ(parsed_local_part(R"("a\\b")"), R"(a\b)");
    EXPECT_EQ(parsed_local_part(R"("us\er")"), "user");
    EXPECT_EQ(parsed_local_part(R"("a@b,c<d>")"), "a@b,c<d>");
    EXPECT_EQ(parsed_local_part(R"("")"), "");
    for (const char* text :
         {R"(")", R"("a)", R"("a\")", R"("a"b)", R"(a"b")", "\"a\tb\"", "\"a\x01\"", "\"\\\xc3\xa4\""}) {
        EXPECT_FALSE(parsed_local_part(text)) << text;
    }
}

TEST(LocalPart, LengthIsThatOfTheTextWithItsQuotes) {
    EXPECT_TRUE(parsed_local_part(std::string(63, 'a')));
    EXPECT_TRUE(parsed_local_part(std::string(64, 'a')));
    EXPECT_FALSE(parsed_local_part(std::string(65, 'a')));
    EXPECT_TRUE(parsed_local_part('"' + std::string(62, 'a') + '"'));
    EXPECT_FALSE(parsed_local_part('"' + std::string(63, 'a') + '"'));
    EXPECT_EQ(error_of("<" + std::string(65, 'a') + "@b.example>"), PathError::local_part_too_long);
}

TEST(Path, ReversePath) {
    EXPECT_EQ(parsed_reverse_path("<>"), "<>");
    EXPECT_EQ(parsed_reverse_path("<Ann@Remote.Example>"), "Ann@Remote.Example");
    EXPECT_EQ(parsed_reverse_path("<u@[192.0.2.1]>"), "u@[192.0.2.1]");
    EXPECT_EQ(parsed_reverse_path("<u@[IPv6:2001:db8::1]>"), "u@[IPv6:2001:db8::1]");
    EXPECT_EQ(parsed_reverse_path(R"(<"a>b"@x.example>)"), R"("a>b"@x.example)");
    for (const char* text : {"",
                             "<",
                             "< >",
                             "a@b",
                             "<a@b",
                             "a@b>",
                             "<a>",
                             "<@b>",
                             "<a@>",
                             "<a@b>x",
                             "<a@b >",
                             "< a@b>",
                             "<<a@b>>",
                             "<a@b@c>",
                             "<postmaster>",
                             "<a@b.>",
                             "<a@.b>",
                             "<u@bad_host.example>",
                             "<u@[300.0.2.1]>",
                             "<u@#123456>"}) {
        EXPECT_FALSE(parsed_reverse_path(text)) << text;
    }
}

TEST(Path, SourceRouteIsTakenAndIgnored) {
    EXPECT_EQ(parsed_reverse_path("<@a.example:u@b.example>"), "u@b.example");
    EXPECT_EQ(parsed_forward_path("<@a.example,@c.example:u@b.example>"), "u@b.example");
    for (const char* text : {"<@a.example u@b.example>", "<@a.example:>", "<@:u@b>", "<@a,:u@b>", "<@a,c:u@b>",
                             "<@a@c:u@b>", "<@a.example,@c.example>", "<@[192.0.2.1]:u@b>"}) {
        EXPECT_FALSE(parsed_forward_path(text)) << text;
    }
}

TEST(Path, ForwardPathTakesPostmasterWithoutDomainInAnyCase) {
    EXPECT_EQ(parsed_forward_path("<postmaster>"), "postmaster");
    EXPECT_EQ(parsed_forward_path("<PostMaster>"), "PostMaster");
    EXPECT_EQ(parsed_forward_path("<POSTMASTER@example.org>"), "POSTMASTER@example.org");
    for (const char* text : {"<>", "<postmaste>", "<postmasters>", "postmaster", "<postmaster@>"}) {
        EXPECT_FALSE(parsed_forward_path(text)) << text;
    }
}

/// A path of so many octets, its domain made of labels of at most 63.
std::string path_of(std::size_t octets) {
    std::string path = "<u@";
    while (path.size() < octets - 1) path += path.size() % 64 == 0 ? '.' : 'd';
    return path + ">";
}

TEST(Path, LengthCountsBracketsAndRoute) {
    EXPECT_TRUE(parsed_reverse_path(path_of(255)));
    EXPECT_TRUE(parsed_reverse_path(path_of(256)));
    EXPECT_EQ(error_of(path_of(257)), PathError::path_too_long);
    const std::string routed = "<@route.example:" + path_of(256 - 16).substr(1);
    EXPECT_EQ(routed.size(), 255U);
    EXPECT_TRUE(parsed_reverse_path(routed));
    EXPECT_EQ(error_of("<@route12.example:" + path_of(256 - 16).substr(1)), PathError::path_too_long);
}

TEST(Path, DomainLimitIsReportedAsSuch) {
    EXPECT_EQ(error_of("<u@" + std::string(256, 'd') + ">"), PathError::domain_too_long);
}

TEST(Mailbox, IsQuotedOnlyWhereItMustBe) {
    EXPECT_EQ((Mailbox{"user", "example.org"}.to_string()), "user@example.org");
    EXPECT_EQ((Mailbox{"a b", "example.org"}.to_string()), R"("a b"@example.org)");
    EXPECT_EQ((Mailbox{R"(a"b\c)", "example.org"}.to_string()), R"("a\"b\\c"@example.org)");
    EXPECT_EQ((Mailbox{"a..b", "example.org"}.to_string()), R"("a..b"@example.org)");
    EXPECT_EQ((Mailbox{"", "example.org"}.to_string()), R"(""@example.org)");
    EXPECT_EQ((Mailbox{"\"q\"", "example.org"}.to_string()), R"("\"q\""@example.org)");
    EXPECT_EQ((Mailbox{"Postmaster", ""}.to_string()), "Postmaster");
}

TEST(StringOrMailbox, IsWhatVrfyTakes) {
    for (const char* text :
         {"user", "\"Full Name\"", "user@example.org", "<user@example.org>", "<postmaster>", "a.b"}) {
        Scanner in(text);
        EXPECT_TRUE(string_or_mailbox(in) && in.at_end()) << text;
    }
    for (const char* text : {"", "Full Name", "<user", "user@", "<>", "@", "a\"b"}) {
        Scanner in(text);
        EXPECT_FALSE(string_or_mailbox(in) && in.at_end()) << text;
    }
}

}  // namespace
}  // namespace refserver::protocol::grammar
