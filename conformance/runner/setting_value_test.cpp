#include "runner/setting_value.h"

#include "runner/toml_reader.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

const std::vector<std::string> ranges = {"127.0.0.1-127.0.0.9", "::1"};

TEST(EnvironmentText, IsAsTheContractHasIt) {
    EXPECT_EQ(environment_text(true), "true");
    EXPECT_EQ(environment_text(false), "false");
    EXPECT_EQ(environment_text(std::int64_t{10485760}), "10485760");
    EXPECT_EQ(environment_text(std::string()), "");
    EXPECT_EQ(environment_text(ranges), "127.0.0.1-127.0.0.9 ::1");
    EXPECT_EQ(environment_text(std::vector<std::string>()), "");
}

TEST(EnvironmentName, IsTheDottedNameInCapitals) {
    EXPECT_EQ(environment_name("smtp.outgoing.access.ip_range_control"),
              "SMTPSPEC_SMTP_OUTGOING_ACCESS_IP_RANGE_CONTROL");
}

TEST(TomlText, QuotesAndEscapes) {
    EXPECT_EQ(toml_text(std::string("a\"b\\c\n")), "\"a\\\"b\\\\c\\u000A\"");
    EXPECT_EQ(toml_text(ranges), "[\"127.0.0.1-127.0.0.9\", \"::1\"]");
    EXPECT_EQ(toml_text(std::int64_t{-1}), "-1");
}

TEST(TomlDocument, ReadsBackAsItWas) {
    const SettingMap settings = {{"general.primary_domain", std::string("m\x7f\"x")},
                                 {"smtp.incoming.port", std::int64_t{25}},
                                 {"smtp.max_recipients_per_mail", std::int64_t{2}},
                                 {"smtp.outgoing.access.ip_ranges", ranges},
                                 {"smtp.outgoing.enabled", true}};
    EXPECT_EQ(read_toml(toml_document(settings), "x.toml"), settings);
}

}  // namespace
}  // namespace smtpspec::runner
