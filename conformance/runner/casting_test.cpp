#include "runner/casting.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

const SettingMap settings = {{"general.primary_domain", std::string("mail.example.org")},
                             {"general.local_domains", std::vector<std::string>{"example.org", "example.com"}},
                             {"general.admin_email", std::string("admin@example.org")}};

script::Case with_roles(std::map<std::string, script::Role> roles) {
    script::Case scenario;
    scenario.roles = std::move(roles);
    return scenario;
}

script::Role role(script::RoleKind kind, const std::string& local_part = "") {
    return {kind, {local_part, {}}};
}

TEST(Casting, EachRoleHasNamesOfItsOwn) {
    const Cast roles = cast(with_roles({{"alice", role(script::RoleKind::hosted)},
                                        {"ann", role(script::RoleKind::remote)},
                                        {"nobody", role(script::RoleKind::unknown)}}),
                            17, settings);
    EXPECT_EQ(roles.addresses.at("alice"), "alice17@example.org");
    EXPECT_EQ(roles.accounts.at("alice").user, "alice17");
    EXPECT_EQ(roles.accounts.at("alice").address, "alice17@example.org");
    EXPECT_EQ(roles.addresses.at("ann"), "ann@ann17.remote.example");
    EXPECT_THAT(roles.remote_domains, testing::ElementsAre("ann17.remote.example"));
    EXPECT_EQ(roles.addresses.at("nobody"), "nobody17@example.org");
    EXPECT_EQ(roles.accounts.size(), 1u);
}

TEST(Casting, PasswordsDifferAndFitIntoTheFile) {
    const Cast roles = cast(
        with_roles({{"alice", role(script::RoleKind::hosted)}, {"bob", role(script::RoleKind::hosted)}}), 1, settings);
    const std::string first = roles.accounts.at("alice").password;
    EXPECT_NE(first, roles.accounts.at("bob").password);
    EXPECT_EQ(first.find_first_of(":,"), std::string::npos);
}

TEST(Casting, AShapedLocalPartHasTheNumberInFiveDigits) {
    const Cast roles = cast(with_roles({{"long", role(script::RoleKind::hosted, "${\"a\" * 59}%")}}), 17, settings);
    EXPECT_EQ(roles.addresses.at("long"), std::string(59, 'a') + "00017@example.org");
    EXPECT_EQ(roles.accounts.at("long").user, "long17");
}

TEST(Casting, AShapeThatTheFileCannotHoldIsAnError) {
    EXPECT_THROW(cast(with_roles({{"x", role(script::RoleKind::hosted, "\"a:%\"")}}), 1, settings), std::runtime_error);
    EXPECT_THROW(cast(with_roles({{"x", role(script::RoleKind::hosted, "fixed")}}), 1, settings), std::runtime_error);
}

TEST(Casting, ThePostmasterOwnsTheAdminAddress) {
    const Cast roles = cast(with_roles({{"admin", role(script::RoleKind::postmaster)}}), 1, settings);
    EXPECT_EQ(roles.addresses.at("admin"), "admin@example.org");
    EXPECT_EQ(roles.accounts.at("admin").user, postmaster(settings).user);
}

TEST(Casting, KnowsWhenAPasswordIsUsed) {
    script::Case scenario;
    EXPECT_FALSE(needs_login(scenario));
    script::Repeat repeat;
    repeat.body.push_back({"", script::Send{}, {}, "C: ${base64(\"$alice.password\")}", ""});
    scenario.statements.push_back({"", repeat, {}, "repeat 2", ""});
    EXPECT_TRUE(needs_login(scenario));
    script::Case given;
    given.statements.push_back(
        {"", script::Given{script::GivenKind::login, {}, "ann", "alice"}, {}, "given login alice", ""});
    EXPECT_TRUE(needs_login(given));
}

TEST(AccountsFile, WritesAndReads) {
    const std::vector<client::Account> accounts = {{"a", "p", "a@x.example"}, {"b", "q", "b@x.example"}};
    EXPECT_EQ(accounts_file(accounts), "a:p:a@x.example\nb:q:b@x.example\n");
    const auto read = read_accounts("# comment\n\na:p:a@x.example,c@x.example\n", "f");
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read.front().user, "a");
    EXPECT_EQ(read.front().password, "p");
    EXPECT_EQ(read.front().address, "a@x.example");
}

TEST(AccountsFile, NamesTheLineThatIsWrong) {
    for (const char* bad : {"a:p:a@x.example\nb:q\n", "x:p:a@x.example\n:q:b@x.example\n", "\nb:q:nowhere\n"}) {
        try {
            read_accounts(bad, "f");
            FAIL() << bad;
        } catch (const std::runtime_error& error) {
            EXPECT_THAT(error.what(), testing::StartsWith("f:2: "));
        }
    }
    EXPECT_THROW(read_accounts("# nobody\n", "f"), std::runtime_error);
}

}  // namespace
}  // namespace smtpspec::runner
