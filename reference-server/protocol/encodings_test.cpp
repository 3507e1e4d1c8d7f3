#include "protocol/base64.h"
#include "protocol/utf8.h"
#include "protocol/xtext.h"

#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

using namespace std::string_literals;

TEST(Base64, GoesBothWays) {
    const std::pair<std::string, std::string> pairs[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"\0a\0b"s, "AGEAYg=="},
        {"\xff\xfe\xfd", "//79"},
        {"Username:", "VXNlcm5hbWU6"},
    };
    for (const auto& [octets, text] : pairs) {
        EXPECT_EQ(base64_encode(octets), text);
        EXPECT_EQ(base64_decode(text), octets) << text;
    }
}

TEST(Base64, RefusesWhatIsNotExactlyIt) {
    for (const char* text : {"Z", "Zg", "Zg=", "Zm8", "=AAA", "AA=A", "A===", "====", "Zm9v====", "Zm9vYg==Zm9v",
                             "Zm 9v", "Zm-v", "Zm9v\r", "Zm.v", "Zh==", "Zm9=", "Zm_v"}) {
        EXPECT_FALSE(base64_decode(text)) << text;
    }
}

TEST(Xtext, Decodes) {
    EXPECT_EQ(xtext_decode(""), "");
    EXPECT_EQ(xtext_decode("ann@example.org"), "ann@example.org");
    EXPECT_EQ(xtext_decode("e+3Dmc2@example.com"), "e=mc2@example.com");
    EXPECT_EQ(xtext_decode("+2B+20+00"), "+ \0"s);
}

TEST(Xtext, RefusesBadHexAndOctetsThatNeedIt) {
    for (const char* text : {"+", "+2", "a+2", "+zz", "+2b", "a=b", "a b", "a\x01", "+3"})
        EXPECT_FALSE(xtext_decode(text)) << text;
}

TEST(Printable, ExcludesWhatBreaksLines) {
    EXPECT_TRUE(is_printable("a b~"));
    for (const char* text : {"a\rb", "a\nb", "a\tb", "\x7f", "\xc3\xa4"}) EXPECT_FALSE(is_printable(text)) << text;
}

TEST(Utf8, WellFormed) {
    for (const char* text : {"", "a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x93\xa7", "\xed\x9f\xbf", "\xee\x80\x80",
                             "\xf4\x8f\xbf\xbf", "a\xc2\x80z"}) {
        EXPECT_TRUE(is_utf8(text)) << text;
    }
}

TEST(Utf8, IllFormed) {
    for (const char* text :
         {"\x80", "\xc3", "\xc3z", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82z"}) {
        EXPECT_FALSE(is_utf8(text)) << text;
    }
}

TEST(Unitext, CharactersByTheirNumber) {
    EXPECT_EQ(unitext_decode("b\\x{F6}b@h"),
              "b\xc3\xb6"
              "b@h");
    EXPECT_EQ(unitext_decode("\\x{20AC}\\x{1F600}\\x{10FFFF}"), "\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf");
    EXPECT_EQ(unitext_decode("a\\x{5C}b\\x{20}c\\x{3D}"), "a\\b c=");
    EXPECT_EQ(unitext_decode("b\xc3\xb6"
                             "b"),
              "b\xc3\xb6"
              "b");
}

TEST(Unitext, WhatIsNoneIsLeftAlone) {
    for (const std::string text : {"\\", "\\x", "\\x{", "\\x{F6", "\\x{6}", "\\x{f6}", "\\x{D800}", "\\x{110000}",
                                   "\\x{0D}", "\\x{7F}", "\\x{0000F6F}", "\\y{F6}", "\\x{}"}) {
        EXPECT_EQ(unitext_decode(text), text);
    }
}

}  // namespace
}  // namespace refserver::protocol
