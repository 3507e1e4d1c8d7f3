#include "runner/settings.h"

#include "runner/testing/small_catalogue.h"
#include "runner/toml_reader.h"

#include <gtest/gtest.h>

namespace smtpspec::runner {
namespace {

const SettingMap& defaults() {
    static const SettingMap map = SmallCatalogue().open().defaults();
    return map;
}

SettingValue word(const char* text) {
    return std::string(text);
}

/// Ports 1001, 1002, …; 7 is taken.
Surroundings surroundings() {
    Surroundings around;
    around.free_port = [next = std::uint16_t{1000}]() mutable { return ++next; };
    around.taken_port = [] { return std::uint16_t{7}; };
    around.sink_port = 2500;
    around.dns_port = 5300;
    around.certificates = "/c";
    return around;
}

TEST(Compose, TheCaseOverridesTheFixtureAndTheFixtureTheDefaults) {
    const SettingMap settings =
        compose(defaults(), {{"general.max_mail_size", std::int64_t{5}}, {"smtp.outgoing.enabled", true}},
                {{"general.max_mail_size", "6"}, {"general.local_domains", "[\"a.example\", \"b.example\"]"}});
    EXPECT_EQ(number(settings, "general.max_mail_size"), 6);
    EXPECT_TRUE(flag(settings, "smtp.outgoing.enabled"));
    EXPECT_EQ(list(settings, "general.local_domains").size(), 2u);
    EXPECT_EQ(number(settings, "smtp.max_recipients_per_mail"), 100);
}

TEST(Compose, RefusesUnknownNamesAndBadValues) {
    try {
        compose(defaults(), {}, {{"smtp.max_recipient_per_mail", "1"}});
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("did you mean smtp.max_recipients_per_mail?"), std::string::npos);
    }
    EXPECT_THROW(compose(defaults(), {{"nonsense", true}}, {}), std::runtime_error);
    EXPECT_THROW(compose(defaults(), {}, {{"smtp.incoming.port", "yes"}}), TomlError);
}

TEST(Compose, EqualSettingsAreEqualHoweverTheyCameAbout) {
    EXPECT_EQ(compose(defaults(), {{"general.max_mail_size", std::int64_t{5}}}, {}),
              compose(defaults(), {}, {{"general.max_mail_size", "5"}}));
}

TEST(Resolve, GivesEachServiceAFreePortOfItsOwn) {
    const SettingMap settings = resolve(compose(defaults(), {}, {}), surroundings());
    EXPECT_EQ(number(settings, "smtp.incoming.port"), 1001);
    EXPECT_EQ(number(settings, "smtp.outgoing.port"), 1002);
    EXPECT_EQ(number(settings, "tls.implicit_port"), 0);
}

TEST(Resolve, SharesTheIncomingPort) {
    const SettingMap settings =
        resolve(compose(defaults(), {{"smtp.outgoing.port", word("incoming")}}, {}), surroundings());
    EXPECT_EQ(number(settings, "smtp.outgoing.port"), number(settings, "smtp.incoming.port"));
}

TEST(Resolve, KnowsFixedTakenAndImplicitPorts) {
    const SettingMap settings = resolve(compose(defaults(),
                                                {{"smtp.incoming.port", std::int64_t{2526}},
                                                 {"smtp.outgoing.port", word("taken")},
                                                 {"tls.implicit_port", word("free")}},
                                                {}),
                                        surroundings());
    EXPECT_EQ(number(settings, "smtp.incoming.port"), 2526);
    EXPECT_EQ(number(settings, "smtp.outgoing.port"), 7);
    EXPECT_EQ(number(settings, "tls.implicit_port"), 1001);
    EXPECT_THROW(resolve(compose(defaults(), {{"smtp.incoming.port", word("any")}}, {}), surroundings()),
                 std::runtime_error);
}

TEST(Resolve, PointsTheOutgoingMailServiceToTheSink) {
    const SettingMap settings = resolve(compose(defaults(), {{"outgoing_mail.enabled", true}}, {}), surroundings());
    EXPECT_EQ(text(settings, "outgoing_mail.relay_host"), "127.0.0.2");
    EXPECT_EQ(number(settings, "outgoing_mail.relay_port"), 2500);
    EXPECT_EQ(number(settings, "outgoing_mail.mx_port"), 2500);
    EXPECT_EQ(list(settings, "outgoing_mail.dns_hosts"), std::vector<std::string>{"127.0.0.1:5300"});
}

TEST(Resolve, LeavesTheOutgoingMailServiceAloneWhereItIsOffOrSetUp) {
    const SettingMap off = resolve(compose(defaults(), {}, {}), surroundings());
    EXPECT_EQ(text(off, "outgoing_mail.relay_host"), "");
    EXPECT_EQ(number(off, "outgoing_mail.relay_port"), 25);
    const SettingMap own = resolve(compose(defaults(),
                                           {{"outgoing_mail.enabled", true},
                                            {"outgoing_mail.relay_host", std::string("127.0.0.9")},
                                            {"outgoing_mail.relay_port", std::int64_t{1}}},
                                           {}),
                                   surroundings());
    EXPECT_EQ(text(own, "outgoing_mail.relay_host"), "127.0.0.9");
    EXPECT_EQ(number(own, "outgoing_mail.relay_port"), 1);
}

TEST(Resolve, FindsCertificatesOfTheFixtures) {
    const SettingMap settings = resolve(with_tls(compose(defaults(), {}, {}), true), surroundings());
    EXPECT_EQ(text(settings, "tls.certificate"), "/c/server.pem");
    EXPECT_EQ(text(settings, "tls.private_key"), "/c/server-key.pem");
    EXPECT_NE(number(settings, "tls.implicit_port"), 0);
    const SettingMap own = resolve(
        with_tls(compose(defaults(), {{"tls.certificate", std::string("/mine.pem")}}, {}), false), surroundings());
    EXPECT_EQ(text(own, "tls.certificate"), "/mine.pem");
    EXPECT_EQ(number(own, "tls.implicit_port"), 0);
}

class Difference : public testing::Test {
protected:
    SettingMap usual = compose(defaults(), {}, {});
    std::optional<std::string> between(const SettingMap& wanted, const SettingMap& actual) {
        return difference(compose(defaults(), wanted, {}), compose(defaults(), actual, {}), usual, reliance);
    }
    Reliance reliance{true, true, false, {}};
};

TEST_F(Difference, NamesAndPortsDoNotCount) {
    EXPECT_EQ(between({}, {{"general.primary_domain", std::string("mx.example.com")},
                           {"smtp.incoming.port", std::int64_t{25}},
                           {"smtp.incoming.listen_ip", std::string()}}),
              std::nullopt);
}

TEST_F(Difference, ALimitCountsWhereTheCaseIsAboutIt) {
    EXPECT_EQ(between({}, {{"smtp.max_recipients_per_mail", std::int64_t{1000}}}), std::nullopt);
    EXPECT_NE(between({{"smtp.max_recipients_per_mail", std::int64_t{2}}}, {}), std::nullopt);
    EXPECT_EQ(between({{"smtp.max_recipients_per_mail", std::int64_t{2}}},
                      {{"smtp.max_recipients_per_mail", std::int64_t{2}}}),
              std::nullopt);
}

TEST_F(Difference, TheOutgoingServiceCounts) {
    const SettingMap outgoing = {{"smtp.outgoing.enabled", true}};
    EXPECT_NE(between(outgoing, {}), std::nullopt);
    EXPECT_EQ(between(outgoing, outgoing), std::nullopt);
    EXPECT_NE(between(outgoing, {{"smtp.outgoing.enabled", true}, {"smtp.outgoing.port", word("incoming")}}),
              std::nullopt)
        << "split and shared ports differ";
    EXPECT_EQ(between({}, {{"smtp.outgoing.access.ip_range_control", true}}), std::nullopt)
        << "no matter while the service is off";
    EXPECT_NE(between(outgoing, {{"smtp.outgoing.enabled", true}, {"smtp.outgoing.access.ip_range_control", true}}),
              std::nullopt);
}

TEST_F(Difference, WhatTheCaseHasNothingToDoWithDoesNotCount) {
    reliance.outgoing = false;
    const SettingMap outgoing = {{"smtp.outgoing.enabled", true}};
    EXPECT_EQ(between(outgoing, {}), std::nullopt);
    EXPECT_NE(between({}, {{"smtp.outgoing.enabled", true}, {"smtp.outgoing.port", word("incoming")}}), std::nullopt)
        << "on a shared port the outgoing service answers, too";
    EXPECT_EQ(between({{"outgoing_mail.mode", std::string("relay")}}, {}), std::nullopt);
    EXPECT_NE(between({}, {{"outgoing_mail.enabled", true}}), std::nullopt);
    EXPECT_EQ(between({{"tls.implicit_port", std::int64_t{465}}}, {}), std::nullopt);
    reliance.implicit = true;
    EXPECT_NE(between({{"tls.implicit_port", std::int64_t{465}}}, {}), std::nullopt);
}

TEST_F(Difference, WhatTheCaseSetsCounts) {
    const SettingMap one = {{"general.local_domains", std::vector<std::string>{"example.com"}}};
    EXPECT_EQ(between(one, {}), std::nullopt);
    reliance.set_by_case = {"general.local_domains"};
    EXPECT_NE(between(one, {}), std::nullopt);
}

TEST_F(Difference, WhetherThereIsTlsCountsNotWhichCertificate) {
    EXPECT_EQ(between({{"tls.certificate", std::string("a")}}, {{"tls.certificate", std::string("b")}}), std::nullopt);
    EXPECT_NE(between({{"tls.certificate", std::string("a")}}, {}), std::nullopt);
}

}  // namespace
}  // namespace smtpspec::runner
