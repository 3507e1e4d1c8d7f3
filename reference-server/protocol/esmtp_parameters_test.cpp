#include "protocol/esmtp_parameters.h"

#include <string>

#include <gtest/gtest.h>

namespace refserver::protocol::grammar {
namespace {

std::optional<std::string> parsed(std::string_view text) {
    Scanner in(text);
    const auto parameters = esmtp_parameters(in);
    if (!parameters) return std::nullopt;
    std::string shown;
    for (const auto& parameter : *parameters) {
        shown.append("[").append(parameter.keyword);
        if (parameter.value) shown.append("=").append(*parameter.value);
        shown += "]";
    }
    return shown;
}

TEST(EsmtpParameters, AreKeywordsWithOrWithoutValues) {
    EXPECT_EQ(parsed(""), "");
    EXPECT_EQ(parsed(" SIZE=1"), "[SIZE=1]");
    EXPECT_EQ(parsed(" X-1 8bit=a<>+@ 7"), "[X-1][8bit=a<>+@][7]");
    EXPECT_EQ(parsed(" A=\xc3\xa4"), "[A=\xc3\xa4]");
}

TEST(EsmtpParameters, RefuseWhatTheGrammarDoesNotHave) {
    for (const char* text : {"SIZE=1", " ", "  SIZE=1", " SIZE=1  BODY=7BIT", " SIZE=", " =x", " SIZE==1", " SIZE=1=2",
                             " -A=1", " A_B=1", " A=1\x01", " A=1\tB=2", " \xc3\xa4=1"}) {
        EXPECT_FALSE(parsed(text)) << text;
    }
}

}  // namespace
}  // namespace refserver::protocol::grammar
