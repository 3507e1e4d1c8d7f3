#include "runner/reports/json_report.h"

#include "runner/testing/example_run.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::HasSubstr;

TEST(JsonText, IsAsciiForAnyText) {
    EXPECT_EQ(json_text("a\"b\\c\n\x01ä€📧"), "\"a\\\"b\\\\c\\n\\u0001\\u00e4\\u20ac\\ud83d\\udce7\"");
    EXPECT_EQ(json_text("\xff"), "\"\\ufffd\"");
}

TEST(JsonOctets, AreOneCharacterEach) {
    EXPECT_EQ(json_octets(std::string_view("\0\xff\xc3\xa4\r\n", 6)), "\"\\u0000\\u00ff\\u00c3\\u00a4\\r\\n\"");
}

TEST(JsonReport, HasTheLayoutOfTheContract) {
    RunRecord run = example_run();
    run.results.erase(run.results.begin() + 2, run.results.end());
    EXPECT_EQ(json_report(run), R"({
"suite_version": "0.1.0",
"target": "/targets/x",
"target_version": "ESMTP X",
"started": "2026-11-24T12:00:00Z",
"duration_ms": 2000,
"summary": {"pass": 1, "fail": 1, "warn": 0, "skip": 0, "error": 0},
"options": {"target": "/targets/x"},
"results": [
{"id": "rfc5321/rset/forgets", "title": "RSET forgets", "level": "MUST", "citations": ["5321-4.1.1.5-rset"], "risk": "", "status": "pass", "reason": "", "duration_ms": 5, "transcript": [{"at_ms": 0, "client": "", "direction": "sent", "data": "RSET\r\n"}]},
{"id": "rfc5321/rset/answers", "title": "RSET forgets", "level": "MUST", "citations": ["5321-4.1.1.5-rset"], "risk": "smuggling", "status": "fail", "reason": "expected 250; got <500> & \"\u001b[31m\"", "duration_ms": 5, "transcript": [{"at_ms": 0, "client": "one", "direction": "opened", "data": "127.0.0.10:40001 to 127.0.0.1:25"}, {"at_ms": 1, "client": "one", "direction": "sent", "data": "RSET\r\n"}, {"at_ms": 2, "client": "one", "direction": "received", "data": "500-\u00ff\u001b\u0000\r\n500 no\r\n"}, {"at_ms": 3, "client": "fence", "direction": "sent", "data": "EHLO x\r\n"}, {"at_ms": 4, "client": "one", "direction": "closed", "data": "by the client"}]}
]
}
)");
}

TEST(JsonReport, ReasonsOfSkipsAndKnownFailuresAreTyped) {
    const std::string json = json_report(example_run());
    EXPECT_THAT(
        json, HasSubstr("\"status\": \"skip\", \"reason\": \"unsupported-extension: CHUNKING is not offered # here\""));
    EXPECT_THAT(json, HasSubstr("\"status\": \"fail\", \"reason\": \"known failure (until 2.0): expected 250"));
}

TEST(JsonReport, ReadsBack) {
    const RunRecord run = example_run();
    const RunRecord again = read_json_report(json_report(run), "x.json");
    EXPECT_EQ(again.suite_version, "0.1.0");
    EXPECT_EQ(again.options, run.options);
    ASSERT_EQ(again.results.size(), run.results.size());
    EXPECT_EQ(again.results[1].status, Status::fail);
    EXPECT_EQ(again.results[1].transcript[2].data, run.results[1].transcript[2].data) << "every octet";
    EXPECT_EQ(again.results[1].citations, run.results[1].citations);
}

TEST(JsonReport, WhatIsNoReportIsAnErrorThatNamesTheFile) {
    const std::string good = json_report(example_run());
    std::string bad_status = good;
    bad_status.replace(bad_status.find("\"status\": \"pass\""), 16, "\"status\": \"good\"");
    std::string bad_octet = good;
    bad_octet.replace(bad_octet.find("\"data\": \"RSET"), 13, "\"data\": \"\\u0100ET");
    for (const std::string& bad :
         {std::string(), std::string("[]"), std::string("{}"), std::string("{\"suite_version\":1}"),
          good.substr(0, good.size() / 2), bad_status, bad_octet}) {
        try {
            read_json_report(bad, "x.json");
            FAIL() << bad;
        } catch (const std::runtime_error& error) {
            EXPECT_THAT(error.what(), testing::StartsWith("x.json is not a result file"));
        }
    }
}

}  // namespace
}  // namespace smtpspec::runner
