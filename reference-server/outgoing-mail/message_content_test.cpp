#include "outgoing-mail/message_content.h"

#include <cstdio>
#include <system_error>

#include <gmock/gmock.h>
#include <unistd.h>

namespace refserver::outgoing_mail {
namespace {

std::string stuffed(std::string_view octets, std::size_t step = std::string_view::npos) {
    DotStuffer stuffer;
    std::string out;
    for (std::size_t i = 0; i < octets.size(); i += std::min(step, octets.size()))
        stuffer.stuff(octets.substr(i, step), out);
    stuffer.finish(out);
    return out;
}

struct Stuffing {
    std::string_view octets;
    std::string_view sent;
};

class DotStuffing : public ::testing::TestWithParam<Stuffing> {};

TEST_P(DotStuffing, HoweverItIsCut) {
    for (const std::size_t step : {1u, 2u, 3u, 1000u})
        EXPECT_EQ(stuffed(GetParam().octets, step), GetParam().sent) << step;
}

INSTANTIATE_TEST_SUITE_P(
    All, DotStuffing,
    ::testing::Values(Stuffing{"a\r\nb\r\n", "a\r\nb\r\n.\r\n"}, Stuffing{"", ".\r\n"}, Stuffing{"a", "a\r\n.\r\n"},
                      Stuffing{".\r\n", "..\r\n.\r\n"}, Stuffing{".a\r\n..b\r\nc.\r\n", "..a\r\n...b\r\nc.\r\n.\r\n"},
                      Stuffing{"\r\n\r\n", "\r\n\r\n.\r\n"},
                      // Bare line ends are never sent, and nothing behind one passes for the end of the mail.
                      Stuffing{"a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"}, Stuffing{"a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"},
                      Stuffing{"a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"}, Stuffing{"a\r\r\n.\r\n", "a\r\n\r\n..\r\n.\r\n"},
                      Stuffing{"a\r", "a\r\n.\r\n"}));

class MessageSourceTest : public ::testing::Test {
protected:
    void TearDown() override { std::fclose(file_); }
    MessageSource source(const std::string& octets) {
        std::fwrite(octets.data(), 1, octets.size(), file_);
        std::fflush(file_);
        return {::fileno(file_), 0, octets.size()};
    }
    std::FILE* file_ = std::tmpfile();
};

TEST_F(MessageSourceTest, FindsEightBitInTheHeader) {
    const auto found = find_eight_bit(source("Subject: \xc3\xa9\r\n\r\nbody\r\n"));
    EXPECT_TRUE(found.anywhere);
    EXPECT_TRUE(found.in_header);
}

TEST_F(MessageSourceTest, FindsEightBitInTheBody) {
    const auto found = find_eight_bit(source("Subject: e\r\n\r\nbod\xff\r\n"));
    EXPECT_TRUE(found.anywhere);
    EXPECT_FALSE(found.in_header);
}

TEST_F(MessageSourceTest, FindsNone) {
    const auto found = find_eight_bit(source("Subject: e\r\n\r\nbody\r\n"));
    EXPECT_FALSE(found.anywhere);
    EXPECT_FALSE(found.in_header);
}

TEST_F(MessageSourceTest, FindsAFieldByItsName) {
    const std::string text = "Subject: e\r\nmime-version: 1.0\r\n\r\nTo: b\r\n";
    EXPECT_TRUE(has_field(source(text), "MIME-Version"));
    EXPECT_TRUE(has_field(source(text), "Subject"));
    EXPECT_FALSE(has_field(source(text), "MIME"));
    EXPECT_FALSE(has_field(source(text), "To"));
}

TEST_F(MessageSourceTest, FindsTheEndOfAHeaderAcrossBlocks) {
    const std::string header = "X: " + std::string(65530, 'a');  // the empty line lies across the end of a block
    const auto found = find_eight_bit(source(header + "\r\n\r\n" + std::string(70000, 'b') + "\xff\r\n"));
    EXPECT_TRUE(found.anywhere);
    EXPECT_FALSE(found.in_header);
}

TEST_F(MessageSourceTest, ReadsTheHeader) {
    EXPECT_EQ(read_header(source("A: 1\r\nB: 2\r\n\r\nC: 3\r\n"), 1000), "A: 1\r\nB: 2\r\n");
}
TEST_F(MessageSourceTest, ReadsWholeLinesOfALongHeader) {
    EXPECT_EQ(read_header(source("A: 1\r\nB: 2\r\n\r\nx"), 9), "A: 1\r\n");
}
TEST_F(MessageSourceTest, ReadsNoHeaderWhereThereIsNone) {
    EXPECT_EQ(read_header(source("\r\nbody\r\n"), 1000), "");
}

TEST_F(MessageSourceTest, AFileThatIsTooShortIsAnError) {
    auto s = MessageSource{::fileno(file_), 0, 5};
    EXPECT_THROW(s.read(), std::system_error);
}

}  // namespace
}  // namespace refserver::outgoing_mail
