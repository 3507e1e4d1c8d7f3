#include "settings/read.h"

#include "settings/table.h"

#include <fstream>

#include <Poco/TemporaryFile.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string mandatory =
    "general.primary_domain = \"mail.example.org\"\n"
    "general.local_domains = [\"example.org\"]\n"
    "general.admin_email = \"postmaster@example.org\"\n";

/// Where and about what: the wording is free, the place and the name are not.
struct Found {
    std::uint32_t line;
    std::uint32_t column;
    std::string name;
    bool operator==(const Found&) const = default;
    friend void PrintTo(const Found& found, std::ostream* out) {
        *out << found.line << ":" << found.column << " " << found.name;
    }
};

std::vector<Found> found(const ReadResult& result) {
    std::vector<Found> all;
    for (const auto& error : result.errors) all.push_back({error.at.line, error.at.column, error.name});
    return all;
}

TEST(Read, MandatorySettingsAloneGiveTheDefaults) {
    const auto result = read_text("f", mandatory);
    ASSERT_TRUE(result.settings);
    EXPECT_EQ(result.settings->general.primary_domain, "mail.example.org");
    EXPECT_THAT(result.settings->general.local_domains, ElementsAre("example.org"));
    EXPECT_EQ(result.settings->general.max_mail_size, 26214400U);
    EXPECT_EQ(result.settings->smtp.incoming.port, 25);
    EXPECT_FALSE(result.settings->smtp.outgoing.enabled);
    EXPECT_EQ(result.settings->smtp.outgoing.port, 2525);
    EXPECT_EQ(result.settings->smtp.outgoing.access.logins, Logins::any_account);
    EXPECT_TRUE(result.settings->outgoing_mail.enabled);
    EXPECT_EQ(result.settings->outgoing_mail.mode, OutgoingMode::independent);
    EXPECT_EQ(result.settings->outgoing_mail.resend_delay, 300U);
    EXPECT_EQ(result.settings->tls.implicit_port, 0);
}

TEST(Read, TakesEverySettingInTablesOrDotted) {
    const auto result =
        read_text("f",
                  "[general]\nprimary_domain='a.example'\nlocal_domains=['A.example','b.example']\n"
                  "admin_email='x@a.example'\nmax_mail_size=1_000_000\ndata_directory='/d'\n"
                  "[smtp]\nmax_connections_per_port=1\nmax_recipients_per_mail=2\nincoming.port=0\n"
                  "incoming.listen_ip='::1'\n"
                  "[smtp.outgoing]\nenabled=true\nport=0x1F\nlisten_ip='host.example'\n"
                  "access={authentication=true,logins='only',user='u',password='p',ip_range_control=true,"
                  "ip_ranges=['::/0'],block_local_ips=true,safe_ips=['192.0.2.1-192.0.2.2'],"
                  "allow_local_ips=true}\n"
                  "[outgoing_mail]\nenabled=false\nmode='relay'\nrelay_host='r.example'\nrelay_port=3\n"
                  "relay_user='ru'\nrelay_password='rp'\ndns_hosts=['[::1]:53']\nmx_port=4\n"
                  "max_resend_attempts=0\nresend_delay=6\nmax_outbound_connections=7\n"
                  "[tls]\ncertificate='c'\nprivate_key='k'\nimplicit_port=465\n"
                  "required_for_authentication=true\n");
    ASSERT_THAT(found(result), IsEmpty());
    ASSERT_TRUE(result.settings);
    const auto& s = *result.settings;
    EXPECT_THAT(s.general.local_domains, ElementsAre("a.example", "b.example"));
    EXPECT_EQ(s.general.max_mail_size, 1000000U);
    EXPECT_EQ(s.general.data_directory, "/d");
    EXPECT_EQ(s.smtp.max_connections_per_port, 1U);
    EXPECT_EQ(s.smtp.max_recipients_per_mail, 2U);
    EXPECT_EQ(s.smtp.incoming.port, 0);
    EXPECT_EQ(s.smtp.incoming.listen_ip, "::1");
    EXPECT_TRUE(s.smtp.outgoing.enabled);
    EXPECT_EQ(s.smtp.outgoing.port, 31);
    EXPECT_EQ(s.smtp.outgoing.listen_ip, "host.example");
    const auto& a = s.smtp.outgoing.access;
    EXPECT_TRUE(a.authentication && a.ip_range_control && a.block_local_ips && a.allow_local_ips);
    EXPECT_EQ(a.logins, Logins::only);
    EXPECT_EQ(a.user, "u");
    EXPECT_EQ(a.password, "p");
    EXPECT_THAT(a.ip_ranges, ElementsAre("::/0"));
    EXPECT_THAT(a.safe_ips, ElementsAre("192.0.2.1-192.0.2.2"));
    const auto& m = s.outgoing_mail;
    EXPECT_FALSE(m.enabled);
    EXPECT_EQ(m.mode, OutgoingMode::relay);
    EXPECT_EQ(m.relay_host, "r.example");
    EXPECT_EQ(m.relay_port, 3);
    EXPECT_EQ(m.relay_user, "ru");
    EXPECT_EQ(m.relay_password, "rp");
    EXPECT_THAT(m.dns_hosts, ElementsAre("[::1]:53"));
    EXPECT_EQ(m.mx_port, 4);
    EXPECT_EQ(m.max_resend_attempts, 0U);
    EXPECT_EQ(m.resend_delay, 6U);
    EXPECT_EQ(m.max_outbound_connections, 7U);
    EXPECT_EQ(s.tls.certificate, "c");
    EXPECT_EQ(s.tls.private_key, "k");
    EXPECT_EQ(s.tls.implicit_port, 465);
    EXPECT_TRUE(s.tls.required_for_authentication);
}

/// X21: all at once, in the order of the file.
TEST(Read, ReportsEveryMistakeAtItsPlace) {
    const auto result = read_text("f.toml",
                                  "[general]\n"                               // 1
                                  "primary_domain = \"mail..example.org\"\n"  // empty label
                                  "local_domains = []\n"                      // mandatory, empty
                                  "admin_email = 'nobody'\n"                  // no address
                                  "max_mail_size = 12.5\n"                    // wrong type
                                  "[smtp]\n"
                                  "max_connections_per_port = 0\n"  // out of range
                                  "max_recipients = 5\n"            // unknown key
                                  "[smtp.incomming]\n"              // unknown table
                                  "port = 'not looked at'\n"
                                  "[smtp.outgoing]\n"
                                  "enabled = \"yes\"\n"        // wrong type
                                  "port = -1\n"                // out of range
                                  "listen_ip = '300.0.0.1'\n"  // no address
                                  "[smtp.outgoing.access]\n"
                                  "logins = \"onyl\"\n"                  // unknown word
                                  "ip_ranges = [\"192.0.2.7/24\", 7,\n"  // two bad elements
                                  "  \"\"]\n"                            // and a third
                                  "safe_ips = \"127.0.0.1\"\n"           // not a list
                                  "[tls]\n"
                                  "implicit_port = 465\n");  // without certificate
    EXPECT_FALSE(result.settings);
    EXPECT_THAT(
        found(result),
        ElementsAre(Found{2, 18, "general.primary_domain"}, Found{3, 17, "general.local_domains"},
                    Found{4, 15, "general.admin_email"}, Found{5, 17, "general.max_mail_size"},
                    Found{7, 28, "smtp.max_connections_per_port"}, Found{8, 1, "smtp.max_recipients"},
                    Found{9, 7, "smtp.incomming"}, Found{12, 11, "smtp.outgoing.enabled"},
                    Found{13, 8, "smtp.outgoing.port"}, Found{14, 13, "smtp.outgoing.listen_ip"},
                    Found{16, 10, "smtp.outgoing.access.logins"}, Found{17, 14, "smtp.outgoing.access.ip_ranges"},
                    Found{17, 30, "smtp.outgoing.access.ip_ranges"}, Found{18, 3, "smtp.outgoing.access.ip_ranges"},
                    Found{19, 12, "smtp.outgoing.access.safe_ips"}, Found{21, 1, "tls.implicit_port"}));
}

TEST(Read, DiagnosticsNameFilePlaceSettingAndWhatIsAllowed) {
    const auto result = read_text("f.toml", mandatory + "[smtp.incoming]\nport = 65536\n");
    ASSERT_EQ(result.errors.size(), 1U);
    EXPECT_THAT(result.errors[0].to_string(), testing::StartsWith("f.toml:5:8: error: smtp.incoming.port: "));
    EXPECT_THAT(result.errors[0].to_string(), HasSubstr(find_setting("smtp.incoming.port")->allowed()));
}

TEST(Read, MissingMandatorySettingsAreReportedAtTheirTable) {
    EXPECT_THAT(found(read_text("f", "")),
                ElementsAre(Found{1, 1, "general.primary_domain"}, Found{1, 1, "general.local_domains"},
                            Found{1, 1, "general.admin_email"}));
    EXPECT_THAT(found(read_text("f", "\n[general]\nprimary_domain = 'a.example'\nadmin_email = 'a@b.example'\n")),
                ElementsAre(Found{2, 2, "general.local_domains"}));
}

TEST(Read, MisspelledIsNotMissingToo) {
    const auto result = read_text("f",
                                  "[general]\nprimary_domian = 'a.example'\nlocal_domains = ['a.example']\n"
                                  "admin_email = 'a@a.example'\n");
    ASSERT_THAT(found(result), ElementsAre(Found{2, 1, "general.primary_domian"}));
    EXPECT_THAT(result.errors[0].message, HasSubstr("general.primary_domain?"));
    EXPECT_THAT(found(read_text("f", "[genral]\nprimary_domain = 'a.example'\n")), ElementsAre(Found{1, 2, "genral"}));
}

TEST(Read, SuggestsTheTableThatAKeyBelongsTo) {
    const auto result = read_text("f", mandatory + "[smtp]\nsafe_ips = []\n");
    ASSERT_EQ(result.errors.size(), 1U);
    EXPECT_THAT(result.errors[0].message, HasSubstr("smtp.outgoing.access.safe_ips?"));
}

TEST(Read, ATableWhereAValueBelongsAndTheOtherWayRound) {
    EXPECT_THAT(found(read_text("f", mandatory + "smtp = 5\n")), ElementsAre(Found{4, 8, "smtp"}));
    EXPECT_THAT(found(read_text("f", mandatory + "[[smtp.incoming]]\nport = 1\n")),
                ElementsAre(Found{4, 1, "smtp.incoming"}));
    EXPECT_EQ(found(read_text("f", mandatory + "[smtp.incoming.port]\n")).size(), 1U);
}

TEST(Read, OnlyTheFirstSyntaxErrorCanBeShown) {
    const auto result = read_text("f", "[general]\nprimary_domain = \nadmin_email = 5\n[smtp\n");
    EXPECT_FALSE(result.settings);
    ASSERT_EQ(result.errors.size(), 1U);
    EXPECT_EQ(result.errors[0].at.line, 2U);
    for (const auto* text : {"a = 1\na = 2\n", "x", "= 1", "a = \"open\n", "[a", "a = [1", "\xff = 1", "a = 1 b = 2"}) {
        const auto broken = read_text("f", text);
        EXPECT_FALSE(broken.settings) << text;
        EXPECT_EQ(broken.errors.size(), 1U) << text;
    }
}

TEST(Read, ControlCharactersNeverGetIntoSettings) {
    for (const auto* value : {"general.data_directory = \"a\\u0000b\"", "outgoing_mail.relay_user = \"a\\nb\"",
                              "tls.certificate = \"\\u007f\""}) {
        EXPECT_EQ(read_text("f", mandatory + value).errors.size(), 1U) << value;
    }
}

TEST(WrongValue, IsRefused) {
    const char* const cases[] = {
        "general.max_mail_size = 65535",
        "general.max_mail_size = 1099511627777",
        "smtp.max_connections_per_port = 0",
        "smtp.max_connections_per_port = 1000001",
        "smtp.max_recipients_per_mail = 0",
        "smtp.max_recipients_per_mail = 1000001",
        "smtp.incoming.port = -1",
        "smtp.incoming.port = 65536",
        "smtp.outgoing.port = 65536",
        "smtp.outgoing.port = true",
        "outgoing_mail.relay_port = 0",
        "outgoing_mail.relay_port = 65536",
        "outgoing_mail.mx_port = 0",
        "outgoing_mail.max_resend_attempts = 10001",
        "outgoing_mail.resend_delay = 0",
        "outgoing_mail.resend_delay = 604801",
        "outgoing_mail.max_outbound_connections = 0",
        "outgoing_mail.max_outbound_connections = 10001",
        "tls.implicit_port = 65536",
        "outgoing_mail.resend_delay = 9223372036854775807",
        "outgoing_mail.mode = \"\"",
        "smtp.outgoing.access.logins = \"Only\"",
        "smtp.outgoing.enabled = 1",
        "general.primary_domain = \"\"",
        "general.primary_domain = \"a b\"",
        "general.primary_domain = \"-a.b\"",
        "general.primary_domain = \"a.b.\"",
        "general.primary_domain = \"[127.0.0.1]\"",
        "general.primary_domain = \"bücher.example\"",
        "general.primary_domain = \"a123456789012345678901234567890123456789012345678901234567890123.b\"",
        "general.local_domains = [\"a..b\"]",
        "general.local_domains = \"example.org\"",
        "general.admin_email = \"@example.org\"",
        "general.admin_email = \"a@\"",
        "general.admin_email = \"a b@example.org\"",
        "general.admin_email = \".a@example.org\"",
        "general.admin_email = \"a@-\"",
        "general.data_directory = \"\"",
        "smtp.incoming.listen_ip = \"127.0.0\"",
        "smtp.incoming.listen_ip = \"::1::\"",
        "smtp.incoming.listen_ip = \"127.0.0.1:25\"",
        "smtp.incoming.listen_ip = \"a_b\"",
        "smtp.outgoing.listen_ip = \"127.0.0.1 \"",
        "outgoing_mail.relay_host = \"host:25\"",
        "outgoing_mail.dns_hosts = [\"192.0.2.53\"]",
        "outgoing_mail.dns_hosts = [\"192.0.2.53:0\"]",
        "outgoing_mail.dns_hosts = [\"192.0.2.53:65536\"]",
        "outgoing_mail.dns_hosts = [\"::1:53\"]",
        "outgoing_mail.dns_hosts = [\"[::1]\"]",
        "outgoing_mail.dns_hosts = [\":53\"]",
        "outgoing_mail.dns_hosts = [\"h:5x\"]",
        "smtp.outgoing.access.ip_ranges = [\"10.0.0.0/33\"]",
        "smtp.outgoing.access.safe_ips = [\"example.org\"]",
        "smtp.outgoing.access.safe_ips = [[\"127.0.0.1\"]]"};
    for (const std::string line : cases) {
        SCOPED_TRACE(line);
        const auto result = read_text("f", "x.y = 1\n" + line + "\n");
        const auto name = line.substr(0, line.find(' '));
        EXPECT_TRUE(std::any_of(result.errors.begin(), result.errors.end(),
                                [&](const auto& error) { return error.name == name && error.at.line == 2; }));
    }
}

TEST(RightValue, IsTaken) {
    const char* const cases[] = {"general.max_mail_size = 65536",
                                 "general.max_mail_size = 1099511627776",
                                 "smtp.max_connections_per_port = 1",
                                 "smtp.max_connections_per_port = 1000000",
                                 "smtp.max_recipients_per_mail = 1000000",
                                 "smtp.incoming.port = 0",
                                 "smtp.incoming.port = 65535",
                                 "smtp.outgoing.port = 25",
                                 "outgoing_mail.resend_delay = 604800",
                                 "outgoing_mail.max_resend_attempts = 0",
                                 "smtp.incoming.listen_ip = \"\"",
                                 "smtp.incoming.listen_ip = \"localhost\"",
                                 "smtp.incoming.listen_ip = \"fe80::1%lo\"",
                                 "outgoing_mail.dns_hosts = [\"192.0.2.53:53\", \"dns.example:5353\"]",
                                 "smtp.outgoing.access.ip_ranges = []"};
    for (const std::string line : cases) {
        SCOPED_TRACE(line);
        const auto result = read_text("f", mandatory + line + "\n");
        EXPECT_TRUE(result.settings) << (result.errors.empty() ? "" : result.errors[0].to_string());
    }
}

TEST(ReadFile, ThatIsNotThereOrAFolder) {
    const auto missing = read_file("/nonexistent/settings.toml");
    ASSERT_EQ(missing.errors.size(), 1U);
    EXPECT_THAT(missing.errors[0].to_string(), HasSubstr("/nonexistent/settings.toml"));
    EXPECT_EQ(read_file("/").errors.size(), 1U);
}

TEST(ReadFile, IsNamedInDiagnostics) {
    const Poco::TemporaryFile temporary;
    const std::filesystem::path file = temporary.path();
    std::ofstream(file) << mandatory << "nonsense = 1\n";
    const auto result = read_file(file);
    ASSERT_EQ(result.errors.size(), 1U);
    EXPECT_EQ(result.errors[0].file, file.string());
    std::ofstream(file) << mandatory;
    EXPECT_TRUE(read_file(file).settings);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace refserver::settings
