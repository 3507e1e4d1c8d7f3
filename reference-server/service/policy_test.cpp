#include "service/policy.h"

#include <gtest/gtest.h>

namespace refserver::service {
namespace {

using access::IpAddress;
using access::PortRoles;
using protocol::AcceptRecipient;
using protocol::Mailbox;
using protocol::RecipientKind;
using protocol::Refusal;

constexpr PortRoles incoming{.incoming = true, .outgoing = false};
constexpr PortRoles outgoing{.incoming = false, .outgoing = true};
constexpr PortRoles shared{.incoming = true, .outgoing = true};

class PolicyTest : public testing::Test {
protected:
    PolicyTest() {
        settings.general.primary_domain = "mail.example.org";
        settings.general.local_domains = {"example.org", "example.com"};
        settings.general.admin_email = "alice@example.org";
        settings.smtp.outgoing.enabled = true;
        settings.smtp.outgoing.access.authentication = true;
        settings.outgoing_mail.enabled = true;
        sources.local_addresses.set(
            std::make_shared<const std::set<IpAddress>>(std::set{*IpAddress::parse("127.0.0.1")}));
        apply();
    }
    void apply() {
        sources.configuration.set(configure(settings, accounts::Directory::from({
                                                          {"bob", "secret", {"bob@example.org"}},
                                                          {"alice", "wonderland", {"alice@example.org"}},
                                                          {"far", "x", {"far@elsewhere.example"}},
                                                      })));
    }
    ConnectionPolicy policy(PortRoles roles, const char* client = "127.0.0.9") const {
        return {sources, roles, *IpAddress::parse(client)};
    }
    static void expect_hosted(const protocol::RecipientVerdict& verdict, const std::string& account) {
        const auto* accepted = std::get_if<AcceptRecipient>(&verdict);
        ASSERT_NE(accepted, nullptr);
        EXPECT_EQ(accepted->kind, RecipientKind::hosted);
        EXPECT_EQ(accepted->account, account);
    }
    static void expect_outgoing(const protocol::RecipientVerdict& verdict) {
        const auto* accepted = std::get_if<AcceptRecipient>(&verdict);
        ASSERT_NE(accepted, nullptr);
        EXPECT_EQ(accepted->kind, RecipientKind::outgoing);
    }
    static void expect_refused(const protocol::RecipientVerdict& verdict, int code, const std::string& enhanced,
                               const std::string& rule) {
        const auto* refusal = std::get_if<Refusal>(&verdict);
        ASSERT_NE(refusal, nullptr);
        EXPECT_EQ(refusal->code, code);
        EXPECT_EQ(refusal->enhanced, enhanced);
        EXPECT_EQ(refusal->rule, rule);
    }

    settings::Settings settings;
    PolicySources sources;
    const Mailbox remote{"ann", "remote.example"};
};

TEST_F(PolicyTest, HostedRecipientsAreTakenOnEveryPort) {
    for (const auto roles : {incoming, outgoing, shared}) {
        expect_hosted(policy(roles).recipient({"bob", "example.org"}, ""), "bob");
        expect_hosted(policy(roles).recipient({"BOB", "Example.ORG"}, ""), "bob");
    }
}

TEST_F(PolicyTest, AnUnknownMailboxOfAHostedDomainIsX2EvenWithPrivileges) {
    for (const auto roles : {incoming, outgoing, shared}) {
        expect_refused(policy(roles).recipient({"nobody", "example.org"}, "alice"), 550, "5.1.1", "X2");
    }
}

TEST_F(PolicyTest, PostmasterGoesToTheAdministratorWhateverItsCase) {
    for (const char* domain : {"", "example.org", "EXAMPLE.com", "mail.example.org"}) {
        expect_hosted(policy(incoming).recipient({"PostMaster", domain}, ""), "alice");
    }
    expect_refused(policy(incoming).recipient({"postmaster", "remote.example"}, ""), 550, "5.7.1", "D5");
}

TEST_F(PolicyTest, PostmasterGoesToTheFirstAccountWhenTheAdministratorHasNone) {
    settings.general.admin_email = "somebody@remote.example";
    apply();
    EXPECT_TRUE(sources.configuration.get()->postmaster_is_stand_in);
    expect_hosted(policy(incoming).recipient({"postmaster", ""}, ""), "bob");
}

// RFC 1123 §5.2.17.
TEST_F(PolicyTest, AnOwnAddressLiteralStandsForTheFirstHostedDomain) {
    expect_hosted(policy(incoming).recipient({"bob", "[127.0.0.1]"}, ""), "bob");
    expect_hosted(policy(incoming).recipient({"Postmaster", "[127.0.0.1]"}, ""), "alice");
    expect_refused(policy(incoming).recipient({"nobody", "[127.0.0.1]"}, ""), 550, "5.1.1", "X2");
    for (const char* other : {"[127.0.0.2]", "[IPv6:127.0.0.1x]", "[]", "[IPv6:]"}) {
        expect_refused(policy(incoming).recipient({"bob", other}, ""), 550, "5.7.1", "D5");
    }
}

TEST_F(PolicyTest, AnAddressOfAnAccountInADomainThatIsNotHostedIsRemote) {
    expect_refused(policy(incoming).recipient({"far", "elsewhere.example"}, ""), 550, "5.7.1", "D5");
}

TEST_F(PolicyTest, TheSplitIncomingPortNeverRelays) {
    expect_refused(policy(incoming).recipient(remote, "alice"), 550, "5.7.1", "D5");
    EXPECT_FALSE(policy(incoming).offers_authentication());
}

TEST_F(PolicyTest, OutgoingOffMeansNobodyRelays) {
    settings.smtp.outgoing.enabled = false;
    settings.smtp.outgoing.access.safe_ips = {"127.0.0.9"};
    apply();
    expect_refused(policy(incoming).recipient(remote, ""), 550, "5.7.1", "D6");
}

TEST_F(PolicyTest, SplitOutgoingPortAsksForALoginAtMail) {
    const auto refusal = policy(outgoing).mail({}, "");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->code, 530);
    EXPECT_EQ(refusal->enhanced, "5.7.0");
    EXPECT_FALSE(policy(outgoing).mail({}, "alice"));
    EXPECT_TRUE(policy(outgoing).offers_authentication());
}

TEST_F(PolicyTest, SharedPortAsksForALoginAtARemoteRecipient) {
    EXPECT_FALSE(policy(shared).mail({}, ""));
    expect_refused(policy(shared).recipient(remote, ""), 530, "5.7.0", "X12");
    expect_outgoing(policy(shared).recipient(remote, "alice"));
}

TEST_F(PolicyTest, OutsideTheRangeNoLoginHelpsOnASharedPort) {
    settings.smtp.outgoing.access.ip_range_control = true;
    settings.smtp.outgoing.access.ip_ranges = {"127.0.0.1-127.0.0.8"};
    apply();
    expect_refused(policy(shared).recipient(remote, "alice"), 550, "5.7.1", "D22");
    expect_outgoing(policy(shared, "127.0.0.8").recipient(remote, "alice"));
}

TEST_F(PolicyTest, OnlyTheSingleLoginCountsWhenThereIsOne) {
    settings.smtp.outgoing.access.logins = settings::Logins::only;
    settings.smtp.outgoing.access.user = "relay";
    settings.smtp.outgoing.access.password = "s3cret";
    apply();
    expect_outgoing(policy(shared).recipient(remote, "RELAY"));
    expect_refused(policy(shared).recipient(remote, "alice"), 530, "5.7.0", "X12");
    const auto configuration = sources.configuration.get();
    ASSERT_NE(configuration->password_of("alice"), nullptr);  // nobody's: in clear, an unknown user costs no more
    EXPECT_NE(*configuration->password_of("alice"), "s3cret");
    ASSERT_NE(configuration->password_of("Relay"), nullptr);
    EXPECT_EQ(*configuration->password_of("Relay"), "s3cret");
}

TEST_F(PolicyTest, AnEmptySingleUserLetsNobodyIn) {
    settings.smtp.outgoing.access.logins = settings::Logins::only;
    apply();
    EXPECT_EQ(sources.configuration.get()->password_of(""), nullptr);
    EXPECT_FALSE(sources.configuration.get()->login_counts(""));
}

TEST_F(PolicyTest, LocalAddressesAreThoseOfThisComputer) {
    settings.smtp.outgoing.access.allow_local_ips = true;
    apply();
    expect_outgoing(policy(shared, "127.0.0.1").recipient(remote, ""));
    expect_outgoing(policy(shared, "::ffff:127.0.0.1").recipient(remote, ""));
    expect_refused(policy(shared, "127.0.0.2").recipient(remote, ""), 530, "5.7.0", "X12");
}

TEST_F(PolicyTest, WithoutTheOutgoingMailServiceARemoteRecipientWaits) {
    settings.outgoing_mail.enabled = false;
    apply();
    expect_refused(policy(shared).recipient(remote, "alice"), 451, "4.3.2", "X3");
    expect_hosted(policy(shared).recipient({"bob", "example.org"}, "alice"), "bob");
}

TEST_F(PolicyTest, AReloadHoldsForAConnectionThatIsOpen) {
    const auto open = policy(outgoing);
    EXPECT_FALSE(open.mail({}, "alice"));
    settings.smtp.outgoing.access.ip_range_control = true;
    settings.smtp.outgoing.access.ip_ranges = {"192.0.2.1"};
    apply();
    const auto refusal = open.mail({}, "alice");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->code, 550);
    EXPECT_EQ(refusal->rule, "D23");
}

}  // namespace
}  // namespace refserver::service
