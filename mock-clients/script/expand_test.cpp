#include "script/expand.h"

#include <map>

#include <gmock/gmock.h>

namespace smtpspec::script {
namespace {

using namespace std::string_literals;

std::optional<std::string> names(std::string_view name) {
    static const std::map<std::string, std::string, std::less<>> table{{"alice", "alice17@example.org"},
                                                                       {"alice.local", "alice17"},
                                                                       {"alice.domain", "example.org"},
                                                                       {"alice.password", "p(w)$"},
                                                                       {"size", "1000"},
                                                                       {"seven", "007"},
                                                                       {"nul", std::string("a\0b", 3)},
                                                                       {"i", "3"}};
    const auto found = table.find(name);
    return found == table.end() ? std::nullopt : std::optional(found->second);
}

std::string text(std::string raw) {
    return expand({std::move(raw), {"f", 3, 5}}, names);
}
std::string pattern(std::string raw) {
    return expand_pattern({std::move(raw), {"f", 3, 5}}, names);
}

TEST(Expand, names) {
    EXPECT_EQ(text("<$alice>"), "<alice17@example.org>");
    EXPECT_EQ(text("$alice.local@x.$alice.domain."), "alice17@x.example.org.");
    EXPECT_EQ(text("$alice.example"), "alice17@example.org.example") << "an unknown attribute is plain text";
    EXPECT_EQ(text("$alice.domains"), "alice17@example.org.domains");
    EXPECT_EQ(text("$$alice"), "$alice");
    EXPECT_EQ(text("$seven"), "007");
}

TEST(Expand, escapes) {
    EXPECT_EQ(text(R"(\r\n\0\t\\\"\xfF)"), "\r\n\0\t\\\"\xff"s);
    EXPECT_EQ(text("\"plain\" quotes"), "\"plain\" quotes");
}

TEST(Expand, arithmetic) {
    EXPECT_EQ(text("${1 + 2 * 3}"), "7");
    EXPECT_EQ(text("${(1 + 2) * 3}"), "9");
    EXPECT_EQ(text("${7 / 2 - 5}"), "-2");
    EXPECT_EQ(text("${10 - 3 - 2}"), "5");
    EXPECT_EQ(text("SIZE=${size - 1} ${$i * 2}"), "SIZE=999 6");
    EXPECT_EQ(text("${seven}"), "007");
}

TEST(Expand, texts) {
    EXPECT_EQ(text(R"(${"ab" * 3 + "\x21"})"), "ababab!");
    EXPECT_EQ(text(R"(${2 * "ab"})"), "abab");
    EXPECT_EQ(text(R"(${"" * 5})"), "");
    EXPECT_EQ(text(R"(${"<$alice.local}${"n" * 2}>"})"), "<alice17}nn>");
    EXPECT_EQ(text(R"(${length("$alice") + 1})"), "20");
    EXPECT_EQ(text("${upper(alice.local)}${lower(\"ÄB\")}"), "ALICE17Äb");
}

TEST(Expand, base64_of_rfc_4648) {
    for (const auto& [plain, encoded] : std::map<std::string, std::string>{
             {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}}) {
        EXPECT_EQ(text("${base64(\"" + plain + "\")}"), encoded);
    }
    EXPECT_EQ(text(R"(${base64("\0$alice.local\0\xff\xfe")})"), "AGFsaWNlMTcA//4=");
}

void expect_error(const std::string& raw, int column, const std::string& message) {
    try {
        text(raw);
        ADD_FAILURE() << raw << " was expanded";
    } catch (const ExpansionError& error) {
        EXPECT_EQ(error.at.file, "f");
        EXPECT_EQ(error.at.line, 3);
        EXPECT_EQ(error.at.column, column) << raw;
        EXPECT_THAT(error.what(), testing::HasSubstr(message)) << raw;
    }
}

TEST(Expand, errors_say_where) {
    expect_error("ab$bob", 7, "`$bob` has no value here");
    expect_error("ab${1 / 0}", 11, "division by zero");
    expect_error("${9223372036854775807 + 1}", 27, "too big");
    expect_error("${9223372036854775807 * 2}", 27, "too big");
    expect_error("${(0 - 9223372036854775807 - 1) / (0 - 1)}", 37, "too big");
    expect_error(R"(${"a" - 1})", 11, "does not go with text");
    expect_error(R"(${"a" + 1})", 11, "does not go with text");
    expect_error(R"(${"a" * "b"})", 11, "does not go with text");
    expect_error(R"(${"a" * (0 - 1)})", 11, "less than 0 times");
    expect_error("a\\", 6, "at the end");
}

TEST(Expand, results_are_bounded) {
    EXPECT_EQ(text(R"(${"a" * 67108864})").size(), 64U * 1024 * 1024);
    expect_error(R"(${"a" * 67108865})", 11, "longer than 64 MiB");
    expect_error(R"(${"ab" * 9223372036854775807})", 12, "longer than 64 MiB");
    expect_error(R"(${"a" * 40000000}${"a" * 40000000})", 22, "longer than 64 MiB");
    expect_error(R"(${"a" * 40000000 + "a" * 40000000})", 22, "longer than 64 MiB");
    expect_error(R"(${base64("a" * 60000000)})", 7, "longer than 64 MiB");
}

TEST(ExpandPattern, what_is_put_in_matches_itself) {
    EXPECT_EQ(pattern("^250 $alice.domain$"), R"(^250 example\.org$)");
    EXPECT_EQ(pattern("$alice.password"), R"(p\(w\)\$)");
    EXPECT_EQ(pattern(R"(^[0-9]+\.${1 + 1}$)"), R"(^[0-9]+\.2$)");
    EXPECT_EQ(pattern(R"(a\/b\r\n\t\x2e\x41$)"), "a/b\r\n\t\\.A$");
    EXPECT_EQ(pattern("$$x$|y"), "\\$x$|y");
    EXPECT_THROW(pattern("$nul"), ExpansionError);
    EXPECT_THROW(pattern("\\x00"), ExpansionError);
}

}  // namespace
}  // namespace smtpspec::script
