#include "protocol/command_line.h"

#include <vector>

#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

/// The lines that come out of the input, given in pieces of `step` octets; an over-long one as its length.
std::vector<std::string> lines_of(std::string_view input, std::size_t step) {
    std::vector<std::string> lines;
    CommandLine line;
    for (std::size_t at = 0; at < input.size(); at += step) {
        auto piece = input.substr(at, step);
        while (!piece.empty()) {
            if (!line.take(piece)) continue;
            lines.push_back(line.length() > CommandLine::limit ? std::to_string(line.length())
                                                               : std::string(line.text()));
            line.clear();
        }
    }
    return lines;
}

TEST(CommandLine, EndsAtCrLfAlone) {
    const std::string_view input = "NOOP\r\n\r\na\nb\rc\r\r\n\n\r\nrest";
    const std::vector<std::string> expected{"NOOP", "", "a\nb\rc\r", "\n"};
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, input.size()}) {
        EXPECT_EQ(lines_of(input, step), expected) << step;
    }
}

TEST(CommandLine, DropsAnOverlongLineToItsTrueEnd) {
    const std::string at_limit(CommandLine::limit - 2, 'a');
    const std::string tail = "\r\nNOOP\r\n";
    EXPECT_EQ(lines_of(at_limit + tail, 100), (std::vector<std::string>{at_limit, "NOOP"}));
    EXPECT_EQ(lines_of(at_limit + "a" + tail, 100),
              (std::vector<std::string>{std::to_string(CommandLine::limit + 1), "NOOP"}));
    EXPECT_EQ(lines_of(std::string(1'000'000, 'a') + "\n\nQUIT\n" + tail, 1000),
              (std::vector<std::string>{"1000009", "NOOP"}));
}

TEST(CommandLine, KeepsTheVerbOfAnOverlongLine) {
    CommandLine line;
    const std::string text = "AUTH PLAIN " + std::string(20'000, 'A') + "\r\n";
    std::string_view input = text;
    ASSERT_TRUE(line.take(input));
    EXPECT_EQ(line.text().substr(0, 11), "AUTH PLAIN ");
    EXPECT_LE(line.text().size(), CommandLine::limit);
}

}  // namespace
}  // namespace refserver::protocol
