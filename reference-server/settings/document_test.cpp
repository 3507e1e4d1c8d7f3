#include "settings/document.h"

#include "settings/read.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::settings {
namespace {

using testing::HasSubstr;

TEST(CommentedFile, ReadsBackAsTheSettingsThatItWasWrittenFrom) {
    Settings settings = defaults();
    settings.general.primary_domain = "mail.example.net";
    settings.general.local_domains = {"example.net", "example.com"};
    settings.general.admin_email = "admin@example.net";
    settings.smtp.incoming.port = 2500;
    settings.smtp.outgoing.access.safe_ips = {"10.0.0.0/8"};
    const auto result = read_text("f", commented_file(settings));
    ASSERT_TRUE(result.settings);
    for (const auto& setting : all_settings()) {
        EXPECT_EQ(setting.get(*result.settings), setting.get(settings)) << setting.name;
    }
}

TEST(CommentedFile, OfTheDefaultsHasExamplesForWhatMustBeGiven) {
    const auto result = read_text("f", commented_file(defaults()));
    ASSERT_TRUE(result.settings);
    EXPECT_EQ(result.settings->general.primary_domain, "mail.example.org");
}

TEST(Documents, InTheRepositoryIsCurrent) {
    std::ifstream file(SETTINGS_DOCUMENT);
    const std::string committed{std::istreambuf_iterator<char>(file), {}};
    EXPECT_TRUE(committed == markdown()) << "write it anew: smtp-reference-server settings --markdown";
}

TEST(Documents, HaveEverySetting) {
    const auto document = markdown();
    for (const auto& setting : all_settings()) {
        EXPECT_THAT(document, HasSubstr("### " + std::string(setting.name) + "\n"));
        EXPECT_THAT(document, HasSubstr("`" + setting.variable() + "`"));
        EXPECT_THAT(explanation(setting), HasSubstr(setting.name));
    }
}

}  // namespace
}  // namespace refserver::settings
