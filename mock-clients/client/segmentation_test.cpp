#include "client/segmentation.h"

#include <numeric>

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string joined(const Writes& writes) {
    return std::accumulate(writes.pieces.begin(), writes.pieces.end(), std::string());
}

const Writes two_lines{{"MAIL FROM:<>\r\n", "RSET\r\n"}, false};

TEST(Segmentation, cuts_the_same_octets_otherwise) {
    EXPECT_THAT(segmented(two_lines, Segmentation::as_written).pieces, ElementsAre("MAIL FROM:<>\r\n", "RSET\r\n"));
    EXPECT_THAT(segmented(two_lines, Segmentation::whole).pieces, ElementsAre("MAIL FROM:<>\r\nRSET\r\n"));
    EXPECT_THAT(segmented(two_lines, Segmentation::lines).pieces, ElementsAre("MAIL FROM:<>\r\n", "RSET\r\n"));
    EXPECT_THAT(segmented(two_lines, Segmentation::split_crlf).pieces, ElementsAre("MAIL FROM:<>\r", "\nRSET\r", "\n"));
    EXPECT_THAT(segmented(two_lines, Segmentation::bytes).pieces, SizeIs(20));
}

TEST(Segmentation, waits_between_the_pieces_it_made) {
    EXPECT_TRUE(segmented(two_lines, Segmentation::bytes).await_taken);
    EXPECT_TRUE(segmented(two_lines, Segmentation::split_crlf).await_taken);
    EXPECT_FALSE(segmented(two_lines, Segmentation::whole).await_taken);
}

TEST(Segmentation, leaves_statements_that_cut_by_themselves) {
    const Writes cut{{"NO", "OP\r\n"}, true};
    EXPECT_THAT(segmented(cut, Segmentation::whole).pieces, ElementsAre("NO", "OP\r\n"));
}

TEST(Segmentation, keeps_text_without_line_end) {
    EXPECT_THAT(segmented({{"a\r\nb"}, false}, Segmentation::lines).pieces, ElementsAre("a\r\n", "b"));
    EXPECT_THAT(segmented({{"\n\n"}, false}, Segmentation::lines).pieces, ElementsAre("\n", "\n"));
    EXPECT_THAT(segmented({{}, false}, Segmentation::lines).pieces, ElementsAre());
}

TEST(Segmentation, into_bytes_cuts_only_the_ends_of_much) {
    const Writes much{{std::string(1'000'000, 'x') + "\r\n.\r\n"}, false};
    const Writes cut = segmented(much, Segmentation::bytes);
    EXPECT_LT(cut.pieces.size(), 3000U);
    EXPECT_EQ(joined(cut), much.pieces.front());
    EXPECT_EQ(cut.pieces.back(), "\n");
}

TEST(CutEvery, gives_pieces_of_that_size) {
    EXPECT_THAT(cut_every("NOOP\r\n", 4), ElementsAre("NOOP", "\r\n"));
    EXPECT_THAT(cut_every("NOOP", 4), ElementsAre("NOOP"));
    EXPECT_THAT(cut_every("", 4), ElementsAre());
}

}  // namespace
}  // namespace smtpspec::client
