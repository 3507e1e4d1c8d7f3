#include "outgoing-mail/resolver.h"

#include "outgoing-mail/next_hops.h"
#include "outgoing-mail/tiny_dns_test.h"

#include <stdexcept>

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using ::testing::ElementsAre;
using testing::TinyDns;
using Status = Lookup::Status;

class ResolverTest : public ::testing::Test {
protected:
    Lookup find(const std::string& name, RecordType type) { return Resolver{{dns_.server()}, stop_}.find(name, type); }

    StopSignal stop_;
    TinyDns dns_{{
        {"remote.example 15", {0, {{"remote.example", RecordType::mx, 10, "mx.remote.example"}}}},
        {"mx.remote.example 1", {0, {{"mx.remote.example", RecordType::a, 0, "192.0.2.7"}}}},
        {"mx.remote.example 28", {0, {{"mx.remote.example", RecordType::aaaa, 0, "2001:db8::7"}}}},
        {"plain.example 15", {0, {}}},
        {"xn--bcher-kva.example 15", {0, {{"xn--bcher-kva.example", RecordType::mx, 10, "mx.remote.example"}}}},
        {"broken.example 15", {2, {}}},
        {"refused.example 15", {5, {}}},
        {"alias.example 15", {0, {{"alias.example", RecordType::cname, 0, "remote.example"}}}},
        {"dead-end.example 15", {0, {{"dead-end.example", RecordType::cname, 0, "plain.example"}}}},
        {"circle.example 15", {0, {{"circle.example", RecordType::cname, 0, "elcric.example"}}}},
        {"elcric.example 15", {0, {{"elcric.example", RecordType::cname, 0, "circle.example"}}}},
    }};
};

TEST_F(ResolverTest, FindsRecords) {
    EXPECT_THAT(find("Remote.Example", RecordType::mx).records,
                ElementsAre(DnsRecord{"remote.example", RecordType::mx, 10, "mx.remote.example"}));
    EXPECT_EQ(find("mx.remote.example", RecordType::a).records[0].value, "192.0.2.7");
}

TEST_F(ResolverTest, TellsWhatIsNotThereFromWhatIsNotKnown) {
    EXPECT_EQ(find("plain.example", RecordType::mx).status, Status::no_records);
    EXPECT_EQ(find("nowhere.example", RecordType::mx).status, Status::no_such_name);
    EXPECT_EQ(find("broken.example", RecordType::mx).status, Status::failed);
    EXPECT_EQ(find("refused.example", RecordType::mx).status, Status::failed);
}

TEST_F(ResolverTest, FollowsAliasesByFurtherQuestions) {
    EXPECT_EQ(find("alias.example", RecordType::mx).records[0].value, "mx.remote.example");
    EXPECT_EQ(find("dead-end.example", RecordType::mx).status, Status::no_records);
    EXPECT_EQ(find("circle.example", RecordType::mx).status, Status::failed);
}

TEST_F(ResolverTest, ANameThatCannotBeOne) {
    EXPECT_EQ(find("a..example", RecordType::mx).status, Status::no_such_name);
    EXPECT_EQ(find(std::string(70, 'a') + ".example", RecordType::mx).status, Status::no_such_name);
}

TEST_F(ResolverTest, EndsWhenTheServiceStops) {
    stop_.give(std::chrono::steady_clock::now());
    EXPECT_EQ(find("remote.example", RecordType::mx).status, Status::failed);
}

TEST_F(ResolverTest, ServersThatAreNoneAreToldApart) {
    EXPECT_THROW((Resolver{{"127.0.0.1"}, stop_}), std::runtime_error);
    EXPECT_THROW((Resolver{{"no.such.host.invalid:53"}, stop_}), std::runtime_error);
}

class NextHopsTest : public ResolverTest {
protected:
    NextHopsTest() {
        settings_.general.primary_domain = "mail.example.org";
        auto& mail = settings_.outgoing_mail;
        mail.mode = settings::OutgoingMode::independent;
        mail.dns_hosts = {dns_.server()};
        mail.mx_port = 2500;
        mail.relay_host = "relay.example";
        mail.relay_port = 2600;
    }
    settings::Settings settings_;
};

TEST_F(NextHopsTest, AskTheDns) {
    NextHops next{settings_, stop_};
    EXPECT_THAT(std::get<0>(next.hosts("remote.example")), ElementsAre("mx.remote.example"));
    const auto addresses = std::get<0>(next.addresses("mx.remote.example"));
    ASSERT_THAT(addresses, ::testing::SizeIs(2));
    EXPECT_EQ(addresses[0].toString(), "192.0.2.7");
    EXPECT_EQ(addresses[1].toString(), "2001:db8::7");
    EXPECT_EQ(next.port(), 2500);
}

TEST_F(NextHopsTest, ADomainWithoutAnything) {
    NextHops next{settings_, stop_};
    EXPECT_THAT(std::get<0>(next.hosts("plain.example")), ElementsAre("plain.example"));
    EXPECT_EQ(std::get<Result>(next.addresses("plain.example")).status, "5.1.2");
}

TEST_F(NextHopsTest, AnInternationalDomain) {
    NextHops next{settings_, stop_};
    EXPECT_THAT(std::get<0>(next.hosts("bücher.example")), ElementsAre("mx.remote.example"));
    EXPECT_EQ(std::get<Result>(next.hosts("\xff.example")).status, "5.1.2");
}

TEST_F(NextHopsTest, AnAddressLiteralIsItsOwnHost) {
    NextHops next{settings_, stop_};
    for (const auto& [literal, address] : {std::pair{"[127.0.0.5]", "127.0.0.5"}, std::pair{"[ipv6:::1]", "::1"}}) {
        EXPECT_THAT(std::get<0>(next.hosts(literal)), ElementsAre(literal));
        EXPECT_EQ(std::get<0>(next.addresses(literal))[0].toString(), address);
    }
    for (const char* bad : {"[127.0.0]", "[::1]", "[ipv6:127.0.0.1]", "[x400:what]", "[", ""}) {
        EXPECT_EQ(std::get<Result>(next.hosts(bad)).status, "5.1.2") << bad;
    }
}

TEST_F(NextHopsTest, InRelayModeTheDomainDoesNotMatter) {
    settings_.outgoing_mail.mode = settings::OutgoingMode::relay;
    NextHops next{settings_, stop_};
    EXPECT_THAT(std::get<0>(next.hosts("broken.example")), ElementsAre("relay.example"));
    EXPECT_EQ(next.port(), 2600);
}

TEST_F(NextHopsTest, ARelayHostThatIsNotFoundIsTemporary) {
    settings_.outgoing_mail.mode = settings::OutgoingMode::relay;
    NextHops next{settings_, stop_};
    EXPECT_EQ(std::get<Result>(next.addresses("no.such.host.invalid")).outcome, Outcome::temporary);
}

}  // namespace
}  // namespace refserver::outgoing_mail
