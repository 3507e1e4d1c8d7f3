#include "settings/table.h"

#include "settings/read.h"

#include <set>

#include <gtest/gtest.h>

namespace refserver::settings {
namespace {

/// The defaults of the design, written again: a change of either must be meant.
constexpr const char* agreed = R"(
[general]
primary_domain   = "mail.example.org"
local_domains    = ["example.org"]
admin_email      = "postmaster@example.org"
max_mail_size    = 26214400
data_directory   = "smtp-data"
[smtp]
max_connections_per_port = 200
max_recipients_per_mail  = 100
[smtp.incoming]
port      = 25
listen_ip = ""
[smtp.outgoing]
enabled   = false
port      = 2525
listen_ip = ""
[smtp.outgoing.access]
authentication   = false
logins           = "any-account"
user             = ""
password         = ""
ip_range_control = false
ip_ranges        = []
block_local_ips  = false
safe_ips         = []
allow_local_ips  = false
[outgoing_mail]
enabled                  = true
mode                     = "independent"
relay_host               = ""
relay_port               = 25
relay_user               = ""
relay_password           = ""
dns_hosts                = []
mx_port                  = 25
max_resend_attempts      = 5
resend_delay             = 300
max_outbound_connections = 20
[tls]
certificate                 = ""
private_key                 = ""
implicit_port               = 0
required_for_authentication = false
)";

TEST(Table, HasTheAgreedDefaults) {
    const auto result = read_text("agreed", agreed);
    ASSERT_TRUE(result.settings) << result.errors[0].to_string();
    std::size_t lines = 0;
    for (const std::string_view text = agreed; const char c : text) lines += c == '=' ? 1 : 0;
    EXPECT_EQ(all_settings().size(), lines);
    for (const auto& setting : all_settings())
        EXPECT_EQ(setting.get(*result.settings), setting.fallback) << setting.name;
}

TEST(Table, HasOneRowForEachName) {
    std::set<std::string_view> names;
    for (const auto& setting : all_settings()) {
        EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
        EXPECT_FALSE(setting.documentation.empty()) << setting.name;
        EXPECT_FALSE(setting.wrong(setting.fallback)) << setting.name;
        EXPECT_FALSE(setting.allowed().empty()) << setting.name;
    }
}

TEST(Table, EveryTableHasAHeading) {
    std::set<std::string_view> headings;
    for (const auto& heading : all_tables()) headings.insert(heading.name);
    std::set<std::string_view> tables;
    for (const auto& setting : all_settings()) tables.insert(setting.table());
    EXPECT_EQ(tables, headings);
}

/// Two rows that reach the same member would shadow each other.
TEST(Table, EachRowReachesAMemberOfItsOwn) {
    for (const auto& changed : all_settings()) {
        Settings settings = defaults();
        const Settings before = settings;
        Value other = changed.get(settings);
        if (auto* flag = std::get_if<bool>(&other)) {
            *flag = !*flag;
        } else if (auto* number = std::get_if<std::uint64_t>(&other)) {
            ++*number;
        } else if (auto* text = std::get_if<std::string>(&other)) {
            *text = changed.words.empty() ? *text + "x" : std::string(changed.words.back());
        } else {
            std::get<std::vector<std::string>>(other).push_back("x");
        }
        changed.set(settings, other);
        for (const auto& setting : all_settings()) {
            EXPECT_EQ(setting.get(settings), &setting == &changed ? other : setting.get(before)) << changed.name;
        }
    }
}

TEST(Table, NamesVariablesAsTheContractDoes) {
    EXPECT_EQ(find_setting("smtp.outgoing.access.ip_range_control")->variable(),
              "SMTPSPEC_SMTP_OUTGOING_ACCESS_IP_RANGE_CONTROL");
    EXPECT_EQ(find_setting("tls.certificate")->variable(), "SMTPSPEC_TLS_CERTIFICATE");
}

TEST(Toml, IsWrittenSoThatItReadsBack) {
    EXPECT_EQ(to_toml(true), "true");
    EXPECT_EQ(to_toml(std::uint64_t{25}), "25");
    EXPECT_EQ(to_toml(std::string("a\"b\\c")), R"("a\"b\\c")");
    EXPECT_EQ(to_toml(std::vector<std::string>{}), "[]");
    EXPECT_EQ(to_toml(std::vector<std::string>{"a", "b"}), R"(["a", "b"])");
}

}  // namespace
}  // namespace refserver::settings
