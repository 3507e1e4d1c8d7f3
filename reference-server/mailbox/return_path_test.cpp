#include "mailbox/return_path.h"

#include <gtest/gtest.h>

namespace refserver::mailbox {
namespace {

std::string kept(const std::string& text) {
    routing::Content content(testing::TempDir());
    content.append(text);
    std::string result;
    for (const Span span : without_return_path(content)) result += content.read(span.from, span.to - span.from);
    return result;
}

TEST(WithoutReturnPath, KeepsAMailThatHasNone) {
    for (const std::string text :
         {"", "\r\n", "\r\nbody", "Subject: a\r\n\r\nbody\r\n", "no header at all", "Subject: a\r\n",
          "X-Return-Path: <a>\r\n\r\n", "Return-Path-X: <a>\r\n\r\n", "Return-Path\r\n\r\n", ": Return-Path\r\n\r\n"}) {
        EXPECT_EQ(kept(text), text);
    }
}

TEST(WithoutReturnPath, LeavesOutEachInAnyCase) {
    EXPECT_EQ(kept("Return-Path: <a@b>\r\nSubject: a\r\n\r\nbody"), "Subject: a\r\n\r\nbody");
    EXPECT_EQ(kept("A: 1\r\nreturn-PATH:<>\r\nB: 2\r\nReturn-path : <c>\r\n\r\nbody"), "A: 1\r\nB: 2\r\n\r\nbody");
    EXPECT_EQ(kept("A: 1\r\nReturn-Path: <a>\r\n"), "A: 1\r\n");
}

TEST(WithoutReturnPath, LeavesOutItsContinuationLines) {
    EXPECT_EQ(kept("A: 1\r\nReturn-Path:\r\n\t<a@b>\r\n (why)\r\nB: 2\r\n more\r\n\r\n"),
              "A: 1\r\nB: 2\r\n more\r\n\r\n");
}

TEST(WithoutReturnPath, LooksNoFurtherThanTheHeader) {
    const std::string text = "Subject: a\r\n\r\nReturn-Path: <a@b>\r\n";
    EXPECT_EQ(kept(text), text);
    const std::string without_header = "\r\nReturn-Path: <a@b>\r\n\r\n";
    EXPECT_EQ(kept(without_header), without_header);
}

TEST(WithoutReturnPath, FindsOneBehindALongHeader) {
    std::string before;
    for (int i = 0; i < 5000; ++i) before += "X-Field: " + std::string(60, 'x') + "\r\n";
    const std::string after = "Subject: a\r\n\r\n" + std::string(300'000, 'b');
    EXPECT_EQ(kept(before + "Return-Path: <a>\r\n" + after), before + after);
}

}  // namespace
}  // namespace refserver::mailbox
