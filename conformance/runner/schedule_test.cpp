#include "runner/schedule.h"

#include "runner/testing/small_catalogue.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr const char* scenarios = R"(scenario a
  One
  cites X5
  C: NOOP
  S: 250

scenario b
  Two
  cites X5
  set smtp.max_recipients_per_mail = 2
  C: NOOP
  S: 250

scenario c
  Three
  cites X5
  set smtp.max_recipients_per_mail = 2
  C: NOOP
  S: 250

scenario d
  Four
  cites X5
  set smtp.max_recipients_per_mail = 100
  C: NOOP
  S: 250

scenario e
  Five
  cites X5
  needs alone
  C: NOOP
  S: 250

scenario f
  Six
  cites X5
  needs alone
  set smtp.incoming.port = "taken"
  server start fails

scenario g
  Seven
  cites X5
  C: NOOP
  S: 250
)";

class ScheduleTest : public testing::Test {
protected:
    ScheduleTest() : catalogue(small.scenarios("t/t", scenarios).open()), selected(select(catalogue, {})) {
        EXPECT_THAT(selected.diagnostics, SizeIs(0));
    }

    /// "ab": the last letters of the ids of a group.
    std::vector<std::string> letters(const std::vector<Group>& groups) {
        std::vector<std::string> out;
        for (const Group& one : groups) {
            out.emplace_back();
            for (const Job& job : one.jobs) {
                out.back() += job.selected->scenario.id.back();
            }
        }
        return out;
    }
    std::vector<Group> groups(std::optional<std::uint64_t> seed = {}) {
        return group(plan(selected.cases, {}, 1), catalogue, {}, seed);
    }

    SmallCatalogue small;
    Catalogue catalogue;
    Selected selected;
};

TEST_F(ScheduleTest, EqualSettingsShareAServerHoweverTheyAreWritten) {
    EXPECT_THAT(letters(groups()), ElementsAre("e", "f", "adg", "bc"));
}

TEST_F(ScheduleTest, AFailingStartHasNoServerBefore) {
    const auto all = groups();
    EXPECT_TRUE(all[0].starts_server);
    EXPECT_FALSE(all[1].starts_server);
    EXPECT_TRUE(all[0].alone && all[1].alone && !all[2].alone);
}

TEST_F(ScheduleTest, ASeedGivesAnotherOrderAndAlwaysTheSame) {
    EXPECT_EQ(letters(groups(7)), letters(groups(7)));
    bool differs = false;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        differs = differs || letters(groups(seed)) != letters(groups());
    }
    EXPECT_TRUE(differs);
}

TEST_F(ScheduleTest, ShardsPartTheCasesAndRepeatsHaveNumbersOfTheirOwn) {
    EXPECT_THAT(plan(selected.cases, {0, 2}, 1), SizeIs(4));
    EXPECT_THAT(plan(selected.cases, {1, 2}, 1), SizeIs(3));
    EXPECT_THAT(plan(selected.cases, {8, 9}, 1), SizeIs(0));
    const auto twice = plan(selected.cases, {}, 2);
    ASSERT_THAT(twice, SizeIs(14));
    EXPECT_EQ(twice.front().number, 1u);
    EXPECT_EQ(twice.back().number, 14u);
    EXPECT_EQ(twice.front().selected, twice[7].selected);
}

TEST_F(ScheduleTest, ExcludedCasesAreNotPlanned) {
    selected.cases[0].excluded = true;
    EXPECT_THAT(plan(selected.cases, {}, 1), SizeIs(6));
}

TEST_F(ScheduleTest, TlsGivesServersACertificate) {
    const auto all = group(plan(selected.cases, {}, 1), catalogue, script::Channel::starttls, {});
    EXPECT_EQ(all[2].settings.at("tls.certificate"), SettingValue(std::string("server.pem")));
    const auto plain = group(plan(selected.cases, {}, 1), catalogue, script::Channel::plain, {});
    EXPECT_EQ(plain[2].settings.at("tls.certificate"), SettingValue(std::string()));
}

TEST_F(ScheduleTest, ImplicitTlsIsForTheOutgoingServiceOnly) {
    const script::Case& incoming = selected.cases[0].scenario;
    SettingMap settings = groups()[2].settings;
    EXPECT_NE(not_over(script::Channel::implicit, incoming, settings), "");
    EXPECT_EQ(not_over(script::Channel::starttls, incoming, settings), "");
    script::Case outgoing = incoming;
    outgoing.clients.front().to = script::PortRole::outgoing;
    EXPECT_NE(not_over(script::Channel::implicit, outgoing, settings), "") << "the service is off";
    settings["smtp.outgoing.enabled"] = true;
    EXPECT_EQ(not_over(script::Channel::implicit, outgoing, settings), "");
}

TEST(ParseShard, TakesOneOfMany) {
    EXPECT_EQ(parse_shard("1/1").index, 0u);
    EXPECT_EQ(parse_shard("3/5").index, 2u);
    EXPECT_EQ(parse_shard("3/5").total, 5u);
    for (const char* bad : {"", "1", "0/2", "3/2", "1/2x", "a/b", "-1/2", "1/"}) {
        EXPECT_THROW(parse_shard(bad), std::runtime_error) << bad;
    }
}

}  // namespace
}  // namespace smtpspec::runner
