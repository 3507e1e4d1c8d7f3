#include "runner/toml_reader.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

std::string error_of(std::string_view text) {
    try {
        read_toml(text, "f.toml");
    } catch (const TomlError& error) {
        return error.what();
    }
    return "no error";
}

TEST(TomlReader, FlattensTables) {
    const SettingMap read = read_toml("top = 1\n[smtp.incoming]\nport = 25\n[smtp]\nx = [\"a\"]\n", "f.toml");
    EXPECT_EQ(read, (SettingMap{{"top", std::int64_t{1}},
                                {"smtp.incoming.port", std::int64_t{25}},
                                {"smtp.x", std::vector<std::string>{"a"}}}));
}

TEST(TomlReader, NamesThePlaceOfWhatNoSettingCanBe) {
    EXPECT_TRUE(error_of("a = 1\nb = 1.5\n").starts_with("f.toml:2:5: ")) << error_of("a = 1\nb = 1.5\n");
    EXPECT_TRUE(error_of("a = [1]").starts_with("f.toml:1:6: "));
    EXPECT_TRUE(error_of("a = 2026-01-01").starts_with("f.toml:1:5: "));
    EXPECT_TRUE(error_of("a = [[\"x\"]]").starts_with("f.toml:1:6: "));
    EXPECT_TRUE(error_of("a = \n").starts_with("f.toml:1:"));
    EXPECT_TRUE(error_of("a = 1\na = 2\n").starts_with("f.toml:2:"));
}

TEST(TomlReader, ReadsOneValue) {
    EXPECT_EQ(read_toml_value("true"), SettingValue(true));
    EXPECT_EQ(read_toml_value("[\"a\", \"b\"]"), SettingValue(std::vector<std::string>{"a", "b"}));
    EXPECT_THROW(read_toml_value(""), TomlError);
    EXPECT_THROW(read_toml_value("word"), TomlError);
    EXPECT_THROW(read_toml_value("1\nother = 2"), TomlError);
    EXPECT_THROW(read_toml_value("{ a = 1 }"), TomlError);
}

}  // namespace
}  // namespace smtpspec::runner
