#include "service/log.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

namespace refserver::service {
namespace {

constexpr auto time = "2026-11-24T12:00:00.000Z";

std::string value_read_back(const std::string& value) {
    const std::string line = json_line(time, LogLevel::information, "event", {{"field", value}});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    Poco::JSON::Parser parser;
    return parser.parse(line).extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("field");
}

TEST(LogJson, HasTimeLevelEventAndFields) {
    EXPECT_EQ(json_line(time, LogLevel::warning, "listening", {{"port", "25"}}),
              R"({"time":"2026-11-24T12:00:00.000Z","level":"warning","event":"listening","port":"25"})");
}

TEST(LogJson, KeepsAnyTextOfAClientInItsField) {
    for (const std::string text : {"plain", "a\"b\\c", "line\r\nbreak", "tab\tnul\1", "grüße", "日本"}) {
        EXPECT_EQ(value_read_back(text), text);
    }
}

TEST(LogJson, ShowsWhatIsNoUtf8InHexadecimal) {
    EXPECT_EQ(value_read_back("a\xff\xc3z"), "a\\xff\\xc3z");
    EXPECT_EQ(value_read_back("cut \xe6\x97"), "cut \\xe6\\x97");
    EXPECT_EQ(value_read_back(std::string("nul\0!", 5)), std::string("nul\0!", 5));
}

TEST(LogText, QuotesWhatIsNotAPlainWord) {
    EXPECT_EQ(text_line(time, LogLevel::error, "refused", {{"rule", "D5"}, {"why", "a \"b\"\n"}, {"login", ""}}),
              "2026-11-24T12:00:00.000Z error refused rule=D5 why=\"a \\\"b\\\"\\u000a\" login=\"\"");
}

TEST(Log, WritesDownToItsLevel) {
    const Log log(LogFormat::json, "warning");
    EXPECT_TRUE(log.writes(LogLevel::error));
    EXPECT_TRUE(log.writes(LogLevel::warning));
    EXPECT_FALSE(log.writes(LogLevel::information));
}

}  // namespace
}  // namespace refserver::service
