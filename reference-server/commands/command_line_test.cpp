#include "commands/command_line.h"

#include "accounts/accounts.h"
#include "commands/test_program.h"
#include "settings/read.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::commands {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CommandLine : public TestProgram {};

constexpr const char* sound =
    "[general]\nprimary_domain = 'mail.example.org'\nlocal_domains = ['example.org']\n"
    "admin_email = 'alice@example.org'\ndata_directory = 'data'\n";

TEST_F(CommandLine, BadUsageIsStatus2AndOneLine) {
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"srve"},
                                               {"--nonsense"},
                                               {"serve", "--nonsense"},
                                               {"serve", "extra"},
                                               {"serve", "--log-level", "loud"},
                                               {"serve", "--log-format", "xml"},
                                               {"explain"},
                                               {"explain", "--from", "::1", "--rcpt", "a@b"},
                                               {"explain", "--from", "::1", "--rcpt", "a@b", "--port", "third"},
                                               {"account"},
                                               {"account", "add"},
                                               {"account", "rename"},
                                               {"queue"},
                                               {"queue", "show"},
                                               {"setup", "--incoming-port", "x"},
                                               {"serve", "--settings"}}) {
        EXPECT_EQ(run_command(arguments), 2) << testing::PrintToString(arguments);
        EXPECT_EQ(lines(err()).size(), 1U) << err();
        EXPECT_THAT(out(), IsEmpty());
    }
    EXPECT_EQ(run_command({"chekc"}), 2);
    EXPECT_THAT(err(), HasSubstr("check?"));
}

TEST_F(CommandLine, HelpAndVersionAreStatus0) {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"--help"},
                                                                                           {"--version"},
                                                                                           {"serve", "--help"},
                                                                                           {"check", "--help"},
                                                                                           {"setup", "--help"},
                                                                                           {"explain", "--help"},
                                                                                           {"account", "--help"},
                                                                                           {"account", "add", "--help"},
                                                                                           {"queue", "--help"},
                                                                                           {"settings", "--help"}}) {
        EXPECT_EQ(run_command(arguments), 0) << testing::PrintToString(arguments);
        EXPECT_THAT(out(), Not(IsEmpty()));
        EXPECT_THAT(err(), IsEmpty());
    }
    run_command({"--help"});
    for (const auto* taught : {"serve", "setup", "check", "smtp-server.toml", "smtp-data"})
        EXPECT_THAT(out(), HasSubstr(taught));
}

TEST_F(CommandLine, ServeWithoutSettingsIsADemonstration) {
    EXPECT_EQ(run_command({"serve"}), 0);
    ASSERT_EQ(served_.size(), 1U);
    const auto& options = served_[0];
    EXPECT_EQ(options.settings.smtp.incoming.listen_ip, "127.0.0.1");
    EXPECT_EQ(options.settings.smtp.outgoing.listen_ip, "127.0.0.1");
    EXPECT_TRUE(options.settings.smtp.outgoing.access.authentication);
    EXPECT_FALSE(options.settings.outgoing_mail.enabled);
    EXPECT_THAT(options.hints, testing::Contains(HasSubstr("swaks")));
    EXPECT_THAT(options.hints, testing::Contains(HasSubstr("curl")));
    EXPECT_TRUE(options.reread());
    std::vector<std::string> errors;
    const auto accounts = accounts::Directory::load(options.accounts_file, errors);
    ASSERT_TRUE(accounts);
    const auto* alice = accounts->by_address("alice", "example.org");
    ASSERT_TRUE(alice);
    EXPECT_TRUE(accounts::password_matches(&alice->password, "wonderland"));
    EXPECT_THAT(options.hints, testing::Contains(HasSubstr("wonderland")));
    // Again, with the account that is there.
    EXPECT_EQ(run_command({"serve"}), 0);
}

TEST_F(CommandLine, ServeTakesItsFilesFromTheDataFolderOrFromOptions) {
    write("s.toml", sound);
    write("data/accounts", "alice:secret:alice@example.org\n");
    ASSERT_EQ(run_command({"serve", "--settings", "s.toml"}), 0) << err();
    EXPECT_EQ(served_.back().accounts_file, "data/accounts");
    EXPECT_EQ(served_.back().mailbox_root, "data/mailboxes");
    EXPECT_EQ(served_.back().queue_directory, "data/queue");
    EXPECT_EQ(served_.back().log_format, service::LogFormat::automatic);
    EXPECT_THAT(served_.back().hints, IsEmpty());
    write("a", "alice:secret:alice@example.org\n");
    ASSERT_EQ(run_command({"serve", "--settings", "s.toml", "--accounts", "a", "--mailboxes", "m", "--queue", "q",
                           "--log-format", "json", "--log-level", "debug"}),
              0);
    EXPECT_EQ(served_.back().accounts_file, "a");
    EXPECT_EQ(served_.back().mailbox_root, "m");
    EXPECT_EQ(served_.back().queue_directory, "q");
    EXPECT_EQ(served_.back().log_format, service::LogFormat::json);
    EXPECT_EQ(served_.back().log_level, "debug");
}

TEST_F(CommandLine, ServeFindsTheSettingsFileThatSetupWrites) {
    write("smtp-server.toml", sound);
    write("data/accounts", "");
    EXPECT_EQ(run_command({"serve"}), 0);
    EXPECT_EQ(served_.back().settings.general.admin_email, "alice@example.org");
}

TEST_F(CommandLine, ServeReportsAllMistakesAndServesNothing) {
    write("s.toml", std::string(sound) + "[smtp]\nx = 1\ny = 2\n");
    EXPECT_EQ(run_command({"serve", "--settings", "s.toml"}), 1);
    EXPECT_THAT(lines(err()), ElementsAre(StartsWith("s.toml:7:1: error: "), StartsWith("s.toml:8:1: error: ")));
    EXPECT_EQ(run_command({"serve", "--settings", "missing.toml"}), 1);
    EXPECT_EQ(lines(err()).size(), 1U);
    EXPECT_THAT(served_, IsEmpty());
}

TEST_F(CommandLine, ServeWithoutAccountsNamesTheRemedy) {
    write("s.toml", sound);
    EXPECT_EQ(run_command({"serve", "--settings", "s.toml"}), 1);
    EXPECT_THAT(err(), HasSubstr("account add"));
    EXPECT_THAT(served_, IsEmpty());
}

/// X22.
TEST_F(CommandLine, RereadTakesAChangedFileAndRefusesABadOne) {
    write("s.toml", sound);
    write("data/accounts", "");
    ASSERT_EQ(run_command({"serve", "--settings", "s.toml"}), 0);
    write("s.toml", std::string(sound) + "max_mail_size = 70000\n");
    const auto changed = served_[0].reread();
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->general.max_mail_size, 70000U);
    write("s.toml", std::string(sound) + "max_mail_size = 7\n");
    EXPECT_FALSE(served_[0].reread());
    EXPECT_THAT(err(), HasSubstr("s.toml:6:17: error: "));
}

TEST_F(CommandLine, CheckShowsEveryMistakeOfSettingsAndAccounts) {
    write("s.toml", std::string(sound) + "nonsense = 1\n");
    EXPECT_EQ(run_command({"check", "--settings", "s.toml"}), 1);
    EXPECT_THAT(err(), HasSubstr("s.toml:6:1: error: "));
    write("s.toml", sound);
    write("data/accounts", "alice\nbob\n");
    EXPECT_EQ(run_command({"check", "--settings", "s.toml"}), 1);
    EXPECT_THAT(lines(err()), ElementsAre(StartsWith("data/accounts:1:"), StartsWith("data/accounts:2:")));
    EXPECT_EQ(run_command({"check", "--settings", "s.toml", "--accounts", "missing"}), 1);
}

TEST_F(CommandLine, CheckWarnsAndSucceeds) {
    write("s.toml", std::string(sound) + "[smtp.outgoing]\nenabled = true\n");
    write("data/accounts", "alice:secret:alice@example.org,alice@Elsewhere.example,alice@EXAMPLE.ORG2\n");
    EXPECT_EQ(run_command({"check", "--settings", "s.toml"}), 0) << err();
    EXPECT_THAT(lines(err()),
                ElementsAre(HasSubstr("D15"), HasSubstr("alice@Elsewhere.example"), HasSubstr("alice@EXAMPLE.ORG2")));
    EXPECT_THAT(out(), HasSubstr("s.toml"));
    EXPECT_THAT(served_, IsEmpty());
}

TEST_F(CommandLine, SettingsPrintsAFileThatReadsBack) {
    ASSERT_EQ(run_command({"settings"}), 0);
    EXPECT_TRUE(settings::read_text("printed", out()).settings);
    ASSERT_EQ(run_command({"settings", "smtp.incoming.port"}), 0);
    EXPECT_THAT(out(), HasSubstr("smtp.incoming.port"));
    EXPECT_EQ(run_command({"settings", "smtp.incoming.prot"}), 1);
    EXPECT_THAT(err(), HasSubstr("smtp.incoming.port?"));
}

TEST_F(CommandLine, ColoursStandOnlyWhereTheyAreWanted) {
    write("s.toml", "x = 1\n");
    run_command({"check", "--settings", "s.toml"});
    EXPECT_THAT(err(), Not(HasSubstr("\033")));
    coloured_ = true;
    run_command({"check", "--settings", "s.toml"});
    EXPECT_THAT(err(), HasSubstr("\033"));
}

TEST_F(CommandLine, QueueCommandsReachTheQueue) {
    write("s.toml", sound);
    queued_.id = "Q1";
    queued_.reverse_path = "bob@remote.example";
    queued_.pending = {{"x@elsewhere.example", 2, "451 \033[2Jlater"}};
    queued_.size = 77;
    ASSERT_EQ(run_command({"queue", "list", "--settings", "s.toml"}), 0) << err();
    EXPECT_THAT(lines(out()), ElementsAre(testing::AllOf(StartsWith("Q1\t77\t"), HasSubstr("<bob@remote.example>"))));
    ASSERT_EQ(run_command({"queue", "show", "Q1", "--queue", "q"}), 0) << err();
    EXPECT_THAT(out(), testing::AllOf(HasSubstr("x@elsewhere.example"), HasSubstr("later"), Not(HasSubstr("\033"))));
    ASSERT_EQ(run_command({"queue", "retry", "Q1", "--queue", "q"}), 0);
    ASSERT_EQ(run_command({"queue", "remove", "Q1", "--queue", "q"}), 0);
    EXPECT_THAT(queue_calls_, ElementsAre("list data/queue", "show q Q1", "retry q Q1", "remove q Q1"));
    EXPECT_EQ(run_command({"queue", "show", "none", "--queue", "q"}), 1);
    EXPECT_EQ(lines(err()).size(), 1U);
}

}  // namespace
}  // namespace refserver::commands
