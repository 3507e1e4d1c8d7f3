#include "protocol/dot_decoder.h"
#include "protocol/header_scanner.h"
#include "protocol/line_checker.h"

#include <optional>

#include <gtest/gtest.h>

/// What happens to the octets of a mail on their way through a session.
namespace refserver::protocol {
namespace {

using namespace std::string_literals;

struct Decoded {
    std::string content;
    std::optional<std::string> rest;  ///< what stands behind the end; nothing: no end
    bool operator==(const Decoded&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Decoded& decoded) {
    return out << testing::PrintToString(decoded.content) << " rest "
               << (decoded.rest ? testing::PrintToString(*decoded.rest) : "none");
}

Decoded decode(std::string_view input, std::size_t step) {
    DotDecoder decoder;
    Decoded decoded;
    for (std::size_t at = 0; at < input.size(); at += step) {
        auto piece = input.substr(at, step);
        if (decoder.take(piece, [&](std::string_view run) { decoded.content += run; })) {
            decoded.rest = std::string(piece) + std::string(input.substr(std::min(input.size(), at + step)));
            return decoded;
        }
    }
    return decoded;
}

void expect_decoded(const std::string& input, const Decoded& expected) {
    for (std::size_t step = 1; step <= input.size(); ++step) {
        EXPECT_EQ(decode(input, step), expected) << testing::PrintToString(input) << " in pieces of " << step;
    }
}

TEST(DotDecoder, RemovesOneDotFromLinesThatBeginWithOne) {
    expect_decoded("..\r\n...\r\n.a\r\na.b\r\n.. \r\n.\r\nNOOP", {".\r\n..\r\na\r\na.b\r\n. \r\n", "NOOP"});
}

TEST(DotDecoder, EndsAtALoneDotOnly) {
    expect_decoded(".\r\nrest", {"", "rest"});
    expect_decoded("a\r\n.\r\n", {"a\r\n", ""});
    expect_decoded("\r\n.\r\n.\r\n", {"\r\n", ".\r\n"});
    expect_decoded("a\r\n", {"a\r\n", std::nullopt});
    expect_decoded("a\r\n.\r", {"a\r\n", std::nullopt});
    expect_decoded("a.\r\n", {"a.\r\n", std::nullopt});
}

/// Each of these has ended the mail on some server; what follows was then taken for commands.
TEST(DotDecoder, DoesNotEndAtAnythingThatLooksLikeTheEnd) {
    expect_decoded("a\n.\nX", {"a\n.\nX", std::nullopt});
    expect_decoded("a\n.\r\nX", {"a\n.\r\nX", std::nullopt});
    expect_decoded("a\r\n.\nX", {"a\r\n\nX", std::nullopt});
    expect_decoded("a\r.\rX", {"a\r.\rX", std::nullopt});
    expect_decoded("a\r\n.\rX", {"a\r\n\rX", std::nullopt});
    expect_decoded("a\r.\r\nX", {"a\r.\r\nX", std::nullopt});
    expect_decoded("a\r\n.\r\r\nX", {"a\r\n\r\r\nX", std::nullopt});
    expect_decoded("a\r\n\0.\r\nX"s, {"a\r\n\0.\r\nX"s, std::nullopt});
    expect_decoded("a\r\n.\0\r\nX"s, {"a\r\n\0\r\nX"s, std::nullopt});
    expect_decoded("a\n\r.\r\nX", {"a\n\r.\r\nX", std::nullopt});
    expect_decoded("a\r\r.\r\nX", {"a\r\r.\r\nX", std::nullopt});
}

TEST(DotDecoder, EndsBehindALoneCrWhenTheTrueEndFollows) {
    expect_decoded("a\r\r\n.\r\nX", {"a\r\r\n", "X"});
    expect_decoded("\r\n\r\n.\r\nX", {"\r\n\r\n", "X"});
}

TEST(DotDecoder, KeepsEveryOtherOctet) {
    std::string all;
    for (int c = 0; c < 256; ++c) {
        if (c != '\r' && c != '\n') all += static_cast<char>(c);
    }
    expect_decoded(all + "\r\n.\r\n", {all + "\r\n", ""});
}

std::string check(std::string_view content, std::size_t step = 1) {
    LineChecker lines;
    for (std::size_t at = 0; at < content.size(); at += step) lines.feed(content.substr(at, step));
    lines.finish();
    static constexpr const char* names[] = {"good", "CR", "LF", "long"};
    const auto defect = lines.defect();
    const auto* kind = names[static_cast<int>(defect.kind)];
    return defect.kind == LineDefect::Kind::none ? kind : kind + std::to_string(defect.line);
}

TEST(LineChecker, NamesTheFirstDefectAndItsLine) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "good"},
        {"a\r\n\r\nb", "good"},
        {"a\0\x80\xff\x7f\x1b\r\n"s, "good"},
        {"a\nb", "LF1"},
        {"\n", "LF1"},
        {"a\r\nb\nc\r\n", "LF2"},
        {"a\r\n\n", "LF2"},
        {"a\rb\r\n", "CR1"},
        {"a\r\r\n", "CR1"},
        {"a\r\n\r\n\rb", "CR3"},
        {"a\r", "CR1"},
        {"a\n\r", "LF1"},
        {"a\rb\nc", "CR1"},
    };
    for (const auto& [content, expected] : cases) {
        for (std::size_t step = 1; step <= content.size() + 1; ++step) {
            EXPECT_EQ(check(content, step), expected) << testing::PrintToString(content) << " in pieces of " << step;
        }
    }
}

TEST(LineChecker, CountsTheLineWithItsCrLf) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{5000}}) {
        EXPECT_EQ(check(std::string(997, 'a') + "\r\n", step), "good");
        EXPECT_EQ(check(std::string(998, 'a') + "\r\n", step), "good");
        EXPECT_EQ(check(std::string(999, 'a') + "\r\n", step), "long1");
        EXPECT_EQ(check("\r\n" + std::string(1000, 'a'), step), "good");
        EXPECT_EQ(check("\r\n" + std::string(1001, 'a'), step), "long2");
        EXPECT_EQ(check(std::string(998, 'a') + "\r\n" + std::string(998, 'a') + "\r\n", step), "good");
    }
}

std::uint32_t received_in(std::string_view content) {
    HeaderScanner whole;
    whole.feed(content);
    HeaderScanner pieces;
    for (const char& c : content) pieces.feed({&c, 1});
    EXPECT_EQ(whole.received_fields(), pieces.received_fields());
    return whole.received_fields();
}

TEST(HeaderScanner, CountsReceivedFieldsOfTheHeaderOnly) {
    EXPECT_EQ(received_in(""), 0U);
    EXPECT_EQ(received_in("Received: a\r\nRECEIVED: b\r\nreceived:c\r\n\r\nReceived: body\r\n"), 3U);
    EXPECT_EQ(received_in("Received-SPF: a\r\nX-Received: b\r\n Received: folded\r\nReceived : d\r\n"), 0U);
    EXPECT_EQ(received_in("Received: a\r\n\tb\r\nReceived: c"), 2U);
    EXPECT_EQ(received_in("\r\nReceived: a\r\n"), 0U);
}

}  // namespace
}  // namespace refserver::protocol
