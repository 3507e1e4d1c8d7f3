#include "runner/reports/html_report.h"

#include "runner/testing/example_run.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HtmlReport, HasEveryCaseWithItsDialogueFindingsFirst) {
    const std::string html = html_report(example_run(), example_requirements());
    for (const Result& result : example_run().results) {
        EXPECT_THAT(html, HasSubstr("<code>" + result.id + "</code>"));
    }
    EXPECT_LT(html.find("rfc5321/rset/answers"), html.find("rfc5321/rset/forgets"));
    EXPECT_THAT(html, HasSubstr("RSET forgets &amp; goes on."));
    EXPECT_THAT(html, HasSubstr("one C: RSET\\r\\n"));
}

TEST(HtmlReport, WhatAServerSaysStaysText) {
    RunRecord run = example_run();
    run.target_version = "<script>alert(1)</script>";
    run.results[1].transcript[2].data = "500 <img src=x onerror=y>\r\n";
    const std::string html = html_report(run, example_requirements());
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, Not(HasSubstr("<img")));
    EXPECT_THAT(html, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace smtpspec::runner
