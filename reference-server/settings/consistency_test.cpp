#include "settings/consistency.h"

#include "settings/read.h"
#include "settings/table.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::settings {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// A file that nobody can say anything against.
Settings harmless() {
    Settings settings = defaults();
    settings.general.primary_domain = "mail.example.org";
    settings.general.local_domains = {"example.org"};
    settings.general.admin_email = "postmaster@example.org";
    return settings;
}

Settings submission() {
    Settings settings = harmless();
    settings.smtp.outgoing.enabled = true;
    settings.smtp.outgoing.listen_ip = "127.0.0.1";
    settings.smtp.outgoing.access.authentication = true;
    return settings;
}

Settings with_tls() {
    Settings settings = submission();
    settings.tls.certificate = "c.pem";
    settings.tls.private_key = "k.pem";
    return settings;
}

struct Contradiction {
    const char* name;
    Settings settings;
    std::function<void(Settings&)> spoil;
};

TEST(Conflicts, AreFoundAndOnlyThere) {
    const Contradiction cases[] = {
        Contradiction{"smtp.outgoing.access.user", submission(),
                      [](Settings& s) {
                          s.smtp.outgoing.access.logins = Logins::only;
                          s.smtp.outgoing.access.password = "p";
                      }},
        Contradiction{"smtp.outgoing.access.password", submission(),
                      [](Settings& s) {
                          s.smtp.outgoing.access.logins = Logins::only;
                          s.smtp.outgoing.access.user = "u";
                      }},
        Contradiction{"outgoing_mail.relay_host", harmless(),
                      [](Settings& s) { s.outgoing_mail.mode = OutgoingMode::relay; }},
        Contradiction{"outgoing_mail.relay_password", harmless(),
                      [](Settings& s) { s.outgoing_mail.relay_user = "u"; }},
        Contradiction{"outgoing_mail.relay_user", harmless(),
                      [](Settings& s) { s.outgoing_mail.relay_password = "p"; }},
        Contradiction{"tls.private_key", harmless(), [](Settings& s) { s.tls.certificate = "c"; }},
        Contradiction{"tls.certificate", harmless(), [](Settings& s) { s.tls.private_key = "k"; }},
        Contradiction{"tls.implicit_port", harmless(), [](Settings& s) { s.tls.implicit_port = 465; }},
        Contradiction{"tls.required_for_authentication", harmless(),
                      [](Settings& s) { s.tls.required_for_authentication = true; }},
        Contradiction{"tls.implicit_port", with_tls(), [](Settings& s) { s.tls.implicit_port = 25; }},
        Contradiction{"tls.implicit_port", with_tls(), [](Settings& s) { s.tls.implicit_port = 2525; }}};
    for (const auto& contradiction : cases) {
        SCOPED_TRACE(contradiction.name);
        Settings settings = contradiction.settings;
        EXPECT_THAT(conflicts(settings), IsEmpty());
        contradiction.spoil(settings);
        const auto found = conflicts(settings);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].name, contradiction.name);
        EXPECT_TRUE(find_setting(found[0].because));
        EXPECT_FALSE(found[0].message.empty());
    }
}

TEST(Conflicts, AreNoneWhereTheSettingHasNoEffect) {
    Settings settings = harmless();
    settings.smtp.outgoing.access.logins = Logins::only;  // while authentication is off
    settings.outgoing_mail.enabled = false;
    settings.outgoing_mail.mode = OutgoingMode::relay;
    EXPECT_THAT(conflicts(settings), IsEmpty());
    Settings tls = with_tls();
    tls.smtp.outgoing.enabled = false;
    tls.tls.implicit_port = 2525;
    EXPECT_THAT(conflicts(tls), IsEmpty());
}

TEST(Conflicts, AreReportedAtTheSettingThatMakesThem) {
    const std::string text =
        "[general]\nprimary_domain='a.example'\nlocal_domains=['a.example']\nadmin_email='a@a.example'\n"
        "[outgoing_mail]\nmode = 'relay'\n";
    const auto missing = read_text("f", text);
    ASSERT_EQ(missing.errors.size(), 1U);
    EXPECT_EQ(missing.errors[0].name, "outgoing_mail.relay_host");
    EXPECT_EQ(missing.errors[0].at, (Position{6, 1}));
    const auto empty = read_text("f", text + "relay_host = ''\n");
    ASSERT_EQ(empty.errors.size(), 1U);
    EXPECT_EQ(empty.errors[0].at, (Position{7, 1}));
    // A mistake in one of the two is reported as that alone.
    const auto wrong = read_text("f", text + "relay_host = 'a b'\n");
    EXPECT_EQ(wrong.errors.size(), 1U);
}

struct Risk {
    const char* setting;
    const char* rule;
    Settings settings;
    std::function<void(Settings&)> take;
};

TEST(Warnings, AppearWithTheRiskAndOnlyThen) {
    const Risk cases[] = {
        Risk{"smtp.incoming.port", "D2", harmless(), [](Settings& s) { s.smtp.incoming.port = 2500; }},
        Risk{"smtp.incoming.port", "D2", harmless(), [](Settings& s) { s.smtp.incoming.port = 0; }},
        Risk{"smtp.outgoing.port", "D9", submission(), [](Settings& s) { s.smtp.outgoing.port = 25; }},
        Risk{"outgoing_mail.enabled", "X3", submission(), [](Settings& s) { s.outgoing_mail.enabled = false; }},
        Risk{"smtp.outgoing.access", "D15", submission(),
             [](Settings& s) { s.smtp.outgoing.access.authentication = false; }},
        Risk{"smtp.outgoing.access", "D15", submission(),
             [](Settings& s) {
                 s.smtp.outgoing.access.authentication = false;
                 s.smtp.outgoing.access.block_local_ips = true;
             }},
        Risk{"smtp.outgoing.access.ip_ranges", "D15", submission(),
             [](Settings& s) {
                 s.smtp.outgoing.access.authentication = false;
                 s.smtp.outgoing.access.ip_range_control = true;
                 s.smtp.outgoing.access.ip_ranges = {"192.168.0.0/16", "0.0.0.0/0"};
             }},
        Risk{"smtp.outgoing.access.ip_ranges", "D21", submission(),
             [](Settings& s) { s.smtp.outgoing.access.ip_range_control = true; }},
        Risk{"smtp.outgoing.access.authentication", "D17", submission(),
             [](Settings& s) { s.smtp.outgoing.listen_ip = ""; }},
        Risk{"smtp.outgoing.access.authentication", "D17", submission(),
             [](Settings& s) { s.smtp.outgoing.listen_ip = "192.0.2.1"; }},
        Risk{"smtp.outgoing.access.authentication", "D17", submission(),
             [](Settings& s) { s.smtp.outgoing.listen_ip = "mail.example.org"; }},
        Risk{"smtp.outgoing.access.safe_ips", "D25", submission(),
             [](Settings& s) { s.smtp.outgoing.access.safe_ips = {"8.8.8.8"}; }},
        Risk{"smtp.outgoing.access.safe_ips", "D25", submission(),
             [](Settings& s) { s.smtp.outgoing.access.safe_ips = {"10.0.0.0-11.0.0.0"}; }},
        Risk{"smtp.outgoing.access.safe_ips", "D25", submission(),
             [](Settings& s) { s.smtp.outgoing.access.safe_ips = {"::/0"}; }},
        Risk{"smtp.max_recipients_per_mail", "D14", harmless(),
             [](Settings& s) { s.smtp.max_recipients_per_mail = 99; }},
        Risk{"tls.implicit_port", "D6", harmless(), [](Settings& s) { s.tls.implicit_port = 465; }}};
    for (const auto& risk : cases) {
        SCOPED_TRACE(std::string(risk.setting) + " " + risk.rule);
        Settings settings = risk.settings;
        const auto line = testing::AllOf(testing::StartsWith(risk.setting), HasSubstr(risk.rule));
        EXPECT_THAT(warnings(settings), IsEmpty());
        risk.take(settings);
        EXPECT_THAT(warnings(settings), Contains(line));
    }
}

TEST(Warnings, AreNoneForWhatIsSafe) {
    Settings settings = submission();
    settings.smtp.outgoing.access.safe_ips = {"127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "192.168.1.1-192.168.1.9"};
    EXPECT_THAT(warnings(settings), IsEmpty());
    settings.smtp.outgoing.listen_ip = "";
    settings.tls.certificate = "c";
    EXPECT_THAT(warnings(settings), IsEmpty());
    settings.tls.certificate = "";
    settings.smtp.outgoing.listen_ip = "localhost";
    EXPECT_THAT(warnings(settings), IsEmpty());
    // An outgoing service that is off is no relay.
    settings.smtp.outgoing.enabled = false;
    settings.smtp.outgoing.access.authentication = false;
    EXPECT_THAT(warnings(settings), IsEmpty());
}

}  // namespace
}  // namespace refserver::settings
