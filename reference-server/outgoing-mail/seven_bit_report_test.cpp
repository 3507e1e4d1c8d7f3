#include "outgoing-mail/seven_bit_report.h"

#include "outgoing-mail/scratch_directory_test.h"

#include <gmock/gmock.h>

// RFC 6533 §4.5.
namespace refserver::outgoing_mail {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;

class SevenBitReportTest : public ::testing::Test {
protected:
    SevenBitReportTest() {
        envelope_.report = true;
        envelope_.eight_bit = envelope_.smtputf8 = true;
        envelope_.recipients.resize(1);
        envelope_.recipients[0].address = "ann@example.org";
    }

    std::string converted(const std::string& parts) {
        const std::string text =
            "From: x@y.example\r\nContent-Type: multipart/report; "
            "report-type=delivery-status;\r\n\tboundary=\"b-1\"\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n" +
            parts;
        const MessageSource source{
            [&](std::uint64_t at, std::size_t most) { return text.substr(at, std::min<std::size_t>(most, 7)); },
            text.size()};
        mail_ = in_seven_bits(envelope_, source, scratch_.path().string());
        return mail_.content->read(0, mail_.content->size());
    }

    testing::ScratchDirectory scratch_;
    routing::Envelope envelope_;
    routing::AcceptedMail mail_;
};

TEST_F(SevenBitReportTest, EncodesThePartsThatAreEightBit) {
    EXPECT_EQ(
        converted(
            "--b-1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            "a=\xc3\xa9 \r\n\r\n--b-1\r\nContent-Type: message/delivery-status\r\n\r\nAction: a=b\r\n--b-1--\r\n"),
        "From: x@y.example\r\nContent-Type: multipart/report; "
        "report-type=delivery-status;\r\n\tboundary=\"b-1\"\r\n\r\n"
        "--b-1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "a=3D=C3=A9=20\r\n\r\n--b-1\r\nContent-Type: message/delivery-status\r\n\r\nAction: a=b\r\n--b-1--\r\n");
    EXPECT_FALSE(mail_.envelope.eight_bit);
    EXPECT_FALSE(mail_.envelope.smtputf8);
}

TEST_F(SevenBitReportTest, ACopyOfAnEightBitMailIsOfATypeThatMayBeEncoded) {
    EXPECT_THAT(converted("--b-1\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                          "Content-Transfer-Encoding: 8bit\r\n\r\n\xe9\r\n--b-1--\r\n"),
                AllOf(HasSubstr("message/global\r\n"), Not(HasSubstr("message/rfc822")),
                      HasSubstr("\r\n\r\nContent-Transfer-Encoding: 8bit\r\n\r\n=E9\r\n--b-1--\r\n")));
}

// RFC 2045 §6.7 (5).
TEST_F(SevenBitReportTest, LinesStayShort) {
    const auto text = converted("--b-1\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
                                std::string(900, '\xe9') + "\r\n--b-1--\r\n");
    std::vector<std::size_t> lengths;
    for (std::size_t begin = 0, end = 0; (end = text.find("\r\n", begin)) != std::string::npos; begin = end + 2)
        lengths.push_back(end - begin);
    EXPECT_THAT(lengths, Each(Le(76U)));
    EXPECT_THAT(text, Not(HasSubstr("\xe9")));
}

TEST_F(SevenBitReportTest, AUtf8RecipientStillNeedsSmtputf8) {
    envelope_.recipients[0].address = "\xc3\xa9@example.org";
    converted("--b-1--\r\n");
    EXPECT_TRUE(mail_.envelope.smtputf8);
}

TEST_F(SevenBitReportTest, OnlyForReportsAndWhereItIsNeeded) {
    NextHopOffers all;
    all.eight_bit_mime = all.smtputf8 = true;
    EXPECT_FALSE(needs_seven_bits(envelope_, all));
    EXPECT_TRUE(needs_seven_bits(envelope_, {}));
    all.smtputf8 = false;
    EXPECT_TRUE(needs_seven_bits(envelope_, all));
    envelope_.smtputf8 = false;
    EXPECT_FALSE(needs_seven_bits(envelope_, all));
    envelope_.report = false;
    EXPECT_FALSE(needs_seven_bits(envelope_, {}));
}

}  // namespace
}  // namespace refserver::outgoing_mail
