#include "accounts/accounts.h"
#include "commands/test_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::commands {
namespace {

using testing::HasSubstr;

class AccountCommands : public TestProgram {
protected:
    AccountCommands() {
        write("smtp-server.toml",
              "[general]\nprimary_domain = 'mail.example.org'\nlocal_domains = ['example.org']\n"
              "admin_email = 'alice@example.org'\ndata_directory = 'data'\n");
    }
    static std::shared_ptr<const accounts::Directory> directory(const char* file = "data/accounts") {
        std::vector<std::string> errors;
        return accounts::Directory::load(file, errors);
    }
};

TEST_F(AccountCommands, AddStoresAHashOfTheLineOnStandardInput) {
    ASSERT_EQ(run_command({"account", "add", "alice", "alice@example.org", "a@example.org"}, "s3cret\n"), 0) << err();
    const auto all = directory();
    ASSERT_TRUE(all);
    const auto* alice = all->by_address("a", "example.org");
    ASSERT_TRUE(alice);
    EXPECT_TRUE(alice->password.starts_with("$y$"));
    EXPECT_TRUE(accounts::password_matches(&alice->password, "s3cret"));
    EXPECT_EQ(read("data/accounts").find("s3cret"), std::string::npos);
    EXPECT_EQ(std::filesystem::status("data").permissions(), std::filesystem::perms::owner_all);
}

TEST_F(AccountCommands, AddGivesAnAddressInTheFirstHostedDomain) {
    ASSERT_EQ(run_command({"account", "add", "bob"}, "x\n"), 0) << err();
    EXPECT_TRUE(directory()->by_address("bob", "example.org"));
}

TEST_F(AccountCommands, WorkOnANamedFileWithoutSettings) {
    std::filesystem::remove("smtp-server.toml");
    ASSERT_EQ(run_command({"account", "add", "bob", "bob@example.org", "--accounts", "f"}, "x\n"), 0) << err();
    ASSERT_EQ(run_command({"account", "list", "--accounts", "f"}), 0);
    EXPECT_EQ(out(), "bob\tbob@example.org\n");
    EXPECT_EQ(run_command({"account", "add", "carl", "--accounts", "f"}, "x\n"), 1);
}

TEST_F(AccountCommands, PasswdChangesThePasswordAlone) {
    write("data/accounts", "# kept\nalice:old:alice@example.org\n");
    ASSERT_EQ(run_command({"account", "passwd", "Alice"}, "new\n"), 0) << err();
    const auto all = directory();
    const auto* alice = all->by_user("alice");
    EXPECT_TRUE(accounts::password_matches(&alice->password, "new"));
    EXPECT_THAT(read("data/accounts"), testing::StartsWith("# kept\nalice:$y$"));
}

TEST_F(AccountCommands, OnATerminalThePasswordIsTypedTwice) {
    asks_ = true;
    EXPECT_EQ(run_command({"account", "add", "bob"}, "one\ntwo\n"), 1);
    EXPECT_FALSE(std::filesystem::exists("data/accounts"));
    EXPECT_EQ(run_command({"account", "add", "bob"}, "one\none\n"), 0);
    EXPECT_TRUE(directory()->by_user("bob"));
}

TEST_F(AccountCommands, RemoveAndList) {
    EXPECT_EQ(run_command({"account", "list"}), 0);
    EXPECT_EQ(out(), "");
    write("data/accounts", "alice:x:alice@example.org,a@example.org\nbob:x:bob@example.org\n");
    ASSERT_EQ(run_command({"account", "remove", "alice"}), 0) << err();
    ASSERT_EQ(run_command({"account", "list"}), 0);
    EXPECT_EQ(out(), "bob\tbob@example.org\n");
}

TEST_F(AccountCommands, MistakesAreOneLineAndChangeNothing) {
    const std::string before = "alice:x:alice@example.org\n";
    write("data/accounts", before);
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{"account", "add", "alice", "new@example.org"}, "x\n"},
        {{"account", "add", "bob", "alice@example.org"}, "x\n"},
        {{"account", "add", "../bob"}, "x\n"},
        {{"account", "add", "bob", "nonsense"}, "x\n"},
        {{"account", "add", "bob"}, ""},
        {{"account", "add", "bob"}, "\n"},
        {{"account", "passwd", "nobody"}, "x\n"},
        {{"account", "remove", "nobody"}, ""},
        {{"account", "add", "bob"}, std::string(600, 'x') + "\n"}};
    for (const auto& [arguments, input] : cases) {
        EXPECT_EQ(run_command(arguments, input), 1) << testing::PrintToString(arguments);
        EXPECT_EQ(lines(err()).size(), 1U) << err();
        EXPECT_EQ(read("data/accounts"), before);
    }
    write("data/accounts", "nonsense\n");
    EXPECT_EQ(run_command({"account", "list"}), 1);
    EXPECT_THAT(err(), HasSubstr("data/accounts:1:"));
}

}  // namespace
}  // namespace refserver::commands
