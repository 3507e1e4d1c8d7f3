#include "outgoing-mail/destination_choice.h"

#include <set>

#include <gmock/gmock.h>

// RFC 5321 §5.1, RFC 7505.
namespace refserver::outgoing_mail {
namespace {

using ::testing::ElementsAre;
using Status = Lookup::Status;

Lookup mx(const std::vector<std::pair<std::uint16_t, std::string>>& hosts) {
    Lookup lookup{Status::found, {}, {}};
    for (const auto& [preference, host] : hosts)
        lookup.records.push_back({"remote.example", RecordType::mx, preference, host});
    return lookup;
}

std::vector<std::string> chosen(const Lookup& lookup, std::uint32_t seed = 1) {
    const auto hosts = choose_hosts("remote.example", lookup, "mail.example.org", seed);
    return std::holds_alternative<Result>(hosts) ? std::vector<std::string>{"none"} : std::get<0>(hosts);
}

Result refusal(const Lookup& lookup) {
    const auto hosts = choose_hosts("remote.example", lookup, "mail.example.org", 1);
    return std::holds_alternative<Result>(hosts) ? std::get<Result>(hosts) : Result{};
}

TEST(ChooseHosts, InTheOrderOfPreference) {
    EXPECT_THAT(chosen(mx({{30, "c"}, {10, "a"}, {20, "b"}})), ElementsAre("a", "b", "c"));
}

TEST(ChooseHosts, EqualOnesInAnyOrder) {
    std::set<std::vector<std::string>> orders;
    for (std::uint32_t seed = 0; seed < 64; ++seed)
        orders.insert(chosen(mx({{10, "a"}, {10, "b"}, {5, "first"}, {20, "last"}}), seed));
    EXPECT_THAT(orders, ElementsAre(std::vector<std::string>{"first", "a", "b", "last"},
                                    std::vector<std::string>{"first", "b", "a", "last"}));
}

TEST(ChooseHosts, TheDomainItselfOnlyWithoutMx) {
    EXPECT_THAT(chosen({Status::no_records, {}, {}}), ElementsAre("remote.example"));
}

TEST(ChooseHosts, NothingIsKnownAfterAFailure) {
    const auto r = refusal({Status::failed, {}, "SERVFAIL"});
    EXPECT_EQ(r.outcome, Outcome::temporary);
    EXPECT_EQ(r.status, "4.4.3");
}

TEST(ChooseHosts, NoSuchDomain) {
    const auto r = refusal({Status::no_such_name, {}, {}});
    EXPECT_EQ(r.outcome, Outcome::permanent);
    EXPECT_EQ(r.status, "5.1.2");
}

TEST(ChooseHosts, NullMx) {
    const auto r = refusal(mx({{0, ""}}));
    EXPECT_EQ(r.outcome, Outcome::permanent);
    EXPECT_EQ(r.status, "5.1.10");
}

TEST(ChooseHosts, NullMxBesideOthersIsNone) {
    EXPECT_THAT(chosen(mx({{0, ""}, {10, "a"}})), ElementsAre("a"));
}

TEST(ChooseHosts, ItselfAndWorseOnesAreLeftOut) {
    EXPECT_THAT(chosen(mx({{10, "better"}, {20, "MAIL.example.ORG"}, {20, "equal"}, {30, "worse"}})),
                ElementsAre("better"));
}

TEST(ChooseHosts, BeingTheBestIsALoop) {
    const auto r = refusal(mx({{10, "mail.example.org"}, {20, "other"}}));
    EXPECT_EQ(r.outcome, Outcome::permanent);
    EXPECT_EQ(r.status, "5.4.6");
}

TEST(ChooseHosts, AHostNamedTwiceIsAskedOnce) {
    EXPECT_THAT(chosen(mx({{10, "a"}, {20, "b"}, {30, "a"}})), ElementsAre("a", "b"));
}

TEST(NoAddress, OneFailedLookUpIsEnoughToWait) {
    const Lookup failed{Status::failed, {}, "timeout"}, none{Status::no_records, {}, {}};
    EXPECT_EQ(no_address("mx.remote.example", true, failed, none).outcome, Outcome::temporary);
    EXPECT_EQ(no_address("mx.remote.example", true, none, failed).outcome, Outcome::temporary);
}

TEST(NoAddress, OtherwiseItIsForGood) {
    const Lookup gone{Status::no_such_name, {}, {}}, none{Status::no_records, {}, {}};
    EXPECT_EQ(no_address("mx.remote.example", true, gone, gone).outcome, Outcome::permanent);
    EXPECT_EQ(no_address("mx.remote.example", true, gone, gone).status, "5.4.4");
    EXPECT_EQ(no_address("remote.example", false, none, none).status, "5.1.2");
}

}  // namespace
}  // namespace refserver::outgoing_mail
