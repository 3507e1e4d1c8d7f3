#include "runner/text.h"

#include "runner/testing/temporary_folder.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

TEST(Glob, MatchesRunsAndSingleCharacters) {
    EXPECT_TRUE(glob_matches("access/*", "access/split/any/x"));
    EXPECT_TRUE(glob_matches("*/rset/*", "rfc5321/rset/a"));
    EXPECT_TRUE(glob_matches("a?c", "abc"));
    EXPECT_TRUE(glob_matches("*", ""));
    EXPECT_TRUE(glob_matches("a*b*c", "a-b-b-c"));
    EXPECT_FALSE(glob_matches("a?c", "ac"));
    EXPECT_FALSE(glob_matches("access/*", "rfc5321/access"));
    EXPECT_FALSE(glob_matches("a*b", "a-b-c"));
    EXPECT_FALSE(glob_matches("", "a"));
}

TEST(DidYouMean, SuggestsTheNearestOnlyWhenItIsNear) {
    EXPECT_EQ(did_you_mean("rfc5321/rest", {"rfc5321/rset", "access/split"}), " (did you mean rfc5321/rset?)");
    EXPECT_EQ(did_you_mean("smtp", {"rfc5321/rset", "access/split"}), "");
}

TEST(Split, KeepsEmptyParts) {
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
    EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
    EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
}

TEST(Visible, EscapesWhatCouldMoveTheCursor) {
    EXPECT_EQ(visible("250 ok\r\n"), "250 ok\\r\\n");
    EXPECT_EQ(visible("\x1b[2J\x07\x80\t"), "\\x1b[2J\\x07\\x80\\t");
    EXPECT_EQ(visible(std::string_view("\0", 1)), "\\x00");
}

TEST(Neutralised, KeepsTextAndLinesButNoControls) {
    EXPECT_EQ(neutralised("ä\nb"), "ä\nb");
    EXPECT_EQ(neutralised("a\x1b[31mb\r"), "a\\x1b[31mb\\r");
    EXPECT_EQ(neutralised("\xc2\x9b"), "\\xc2\\x9b") << "U+009B begins an escape sequence, too";
    EXPECT_EQ(neutralised("\xff"), "\\xff");
    EXPECT_EQ(neutralised("a\u202eb\u2028c\u2066"), "a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8c\\xe2\\x81\\xa6")
        << "text is read in the order in which it came, line by line";
    EXPECT_EQ(neutralised("\u2026\u20ac"), "\u2026\u20ac");
}

TEST(Utf8, KnowsOverlongFormsSurrogatesAndTheEnd) {
    EXPECT_EQ(utf8_sequence("\xc3\xa4"), 2u);
    EXPECT_EQ(utf8_sequence("\xe2\x82\xac"), 3u);
    EXPECT_EQ(utf8_sequence("\xf0\x9f\x93\xa7"), 4u);
    EXPECT_EQ(utf8_sequence("\xc0\x80"), 0u);
    EXPECT_EQ(utf8_sequence("\xe0\x80\x80"), 0u);
    EXPECT_EQ(utf8_sequence("\xed\xa0\x80"), 0u);
    EXPECT_EQ(utf8_sequence("\xf4\x90\x80\x80"), 0u);
    EXPECT_EQ(utf8_sequence("\xc3"), 0u);
    EXPECT_EQ(valid_utf8("a\xff\xc3\xa4"), "a\xef\xbf\xbd\xc3\xa4");
}

TEST(Files, WriteAndReadBack) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "x";
    write_file(file, std::string_view("a\0b\n", 4));
    EXPECT_EQ(read_file(file), std::string("a\0b\n", 4));
    write_file(file, "");
    EXPECT_EQ(read_file(file), "");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "x.new"));
}

TEST(Files, ErrorsNameTheFile) {
    const TemporaryFolder folder;
    const auto missing = folder.path() / "none" / "x";
    for (const auto& act : {+[](const std::filesystem::path& file) { read_file(file); },
                            +[](const std::filesystem::path& file) { write_file(file, "x"); }}) {
        try {
            act(missing);
            FAIL() << "no error";
        } catch (const std::runtime_error& error) {
            EXPECT_NE(std::string(error.what()).find(missing.string()), std::string::npos) << error.what();
        }
    }
    EXPECT_THROW(read_file(folder.path()), std::runtime_error) << "a folder is no file";
}

}  // namespace
}  // namespace smtpspec::runner
