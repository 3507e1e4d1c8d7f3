#include "accounts/accounts.h"
#include "commands/machine.h"
#include "commands/test_program.h"
#include "settings/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::commands {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Setup : public TestProgram {
protected:
    static settings::Settings written(const char* file = "smtp-server.toml") {
        auto result = settings::read_file(file);
        if (!result.settings) throw std::runtime_error(result.errors.at(0).to_string());
        return *result.settings;
    }
};

TEST_F(Setup, WithDefaultsAsksNothingAndCanBeServed) {
    ASSERT_EQ(run_command({"setup", "--defaults", "--primary-domain", "mail.example.net"}), 0) << err();
    const auto settings = written();
    EXPECT_EQ(settings.general.primary_domain, "mail.example.net");
    EXPECT_THAT(settings.general.local_domains, ElementsAre("example.net"));
    EXPECT_EQ(settings.general.admin_email, "postmaster@example.net");
    EXPECT_EQ(settings.smtp.incoming.port, 25);
    EXPECT_EQ(settings.smtp.outgoing.port, 2525);
    EXPECT_TRUE(settings.smtp.outgoing.enabled);
    EXPECT_TRUE(settings.smtp.outgoing.access.authentication);
    // D13, X19: with the rule.
    const auto connections = max_connections_per_port(this_machine());
    const auto outbound = max_outbound_connections(this_machine());
    EXPECT_EQ(settings.smtp.max_connections_per_port, connections.value);
    EXPECT_EQ(settings.outgoing_mail.max_outbound_connections, outbound.value);
    EXPECT_THAT(out(), testing::AllOf(HasSubstr(connections.rule), HasSubstr(outbound.rule)));
    // The first account gets postmaster's mail.
    std::vector<std::string> errors;
    const auto accounts = accounts::Directory::load("smtp-data/accounts", errors);
    ASSERT_TRUE(accounts);
    const auto* postmaster = accounts->by_address("postmaster", "example.net");
    ASSERT_TRUE(postmaster);
    const std::string mark = "shown this once: ";
    const auto printed = out().substr(out().find(mark) + mark.size());
    EXPECT_TRUE(accounts::password_matches(&postmaster->password, printed.substr(0, printed.find('\n'))));
    EXPECT_EQ(run_command({"serve"}), 0) << err();
}

TEST_F(Setup, TheFirstAccountGetsAHostedAddress) {
    ASSERT_EQ(run_command(
                  {"setup", "--defaults", "--primary-domain", "example.net", "--admin-email", "me@elsewhere.example"}),
              0);
    EXPECT_THAT(read("smtp-data/accounts"), testing::EndsWith(":me@example.net\n"));
}

TEST_F(Setup, TakesEverythingFromFlags) {
    ASSERT_EQ(run_command({"setup",
                           "--defaults",
                           "--settings",
                           "conf/s.toml",
                           "--primary-domain",
                           "mx.example.com",
                           "--local-domain",
                           "example.com",
                           "--local-domain",
                           "example.net",
                           "--admin-email",
                           "admin@example.com",
                           "--data-directory",
                           "d",
                           "--incoming-port",
                           "2500",
                           "--outgoing-port",
                           "0",
                           "--account",
                           "boss"}),
              0)
        << err();
    const auto settings = written("conf/s.toml");
    EXPECT_EQ(settings.general.primary_domain, "mx.example.com");
    EXPECT_THAT(settings.general.local_domains, ElementsAre("example.com", "example.net"));
    EXPECT_EQ(settings.general.admin_email, "admin@example.com");
    EXPECT_EQ(settings.smtp.incoming.port, 2500);
    EXPECT_EQ(settings.smtp.outgoing.port, 0);
    EXPECT_THAT(read("d/accounts"), testing::StartsWith("boss:$y$"));
}

/// D13: generated values are overwritten; every other setting stays, and so do the comments.
TEST_F(Setup, RunAgainOverwritesTheGeneratedValuesAlone) {
    const auto generated = std::to_string(max_connections_per_port(this_machine()).value);
    const auto outbound = std::to_string(max_outbound_connections(this_machine()).value);
    const auto file = [](const std::string& connections, const std::string& out_connections) {
        return "# mine\n[general]\nprimary_domain = 'mx.example.com' # keep\nlocal_domains = ['example.com']\n"
               "admin_email='a@example.com'\n[smtp]\nmax_connections_per_port = " +
               connections +
               " # by hand\nmax_recipients_per_mail = 7\n[smtp.outgoing.access]\nlogins='only'\n"
               "[outgoing_mail]\nmax_outbound_connections=" +
               out_connections + "\nresend_delay = 3\n";
    };
    write("smtp-server.toml", file("3", "4"));
    write("smtp-data/accounts", "");
    ASSERT_EQ(run_command({"setup", "--defaults"}), 0) << err();
    EXPECT_EQ(read("smtp-server.toml"), file(generated, outbound));
    EXPECT_EQ(read("smtp-data/accounts"), "");
    ASSERT_EQ(run_command({"setup", "--defaults"}), 0) << err();
    EXPECT_EQ(read("smtp-server.toml"), file(generated, outbound));
}

TEST_F(Setup, RunAgainChangesWhatFlagsSay) {
    ASSERT_EQ(run_command({"setup", "--defaults", "--no-account"}), 0);
    EXPECT_FALSE(std::filesystem::exists("smtp-data/accounts"));
    ASSERT_EQ(run_command(
                  {"setup", "--defaults", "--no-account", "--outgoing-port", "2587", "--local-domain", "new.example"}),
              0);
    EXPECT_EQ(written().smtp.outgoing.port, 2587);
    EXPECT_THAT(written().general.local_domains, ElementsAre("new.example"));
    EXPECT_EQ(written().smtp.incoming.port, 25);
}

TEST_F(Setup, AsksOnATerminalUntilTheAnswerIsRight) {
    asks_ = true;
    const std::string answers =
        "mail.example.net\n"       // primary domain
        "example.net b.example\n"  // hosted domains
        "nobody\n\n"               // admin: wrong, then the proposal
        "\n"                       // data folder
        "70000\n2500\n"            // incoming port: wrong, then right
        "x\n\n"                    // outgoing port: wrong, then the proposal
        "boss\n"                   // first account
        "secret\nsecret\n";
    ASSERT_EQ(run_command({"setup"}, answers), 0) << err();
    const auto settings = written();
    EXPECT_EQ(settings.general.primary_domain, "mail.example.net");
    EXPECT_THAT(settings.general.local_domains, ElementsAre("example.net", "b.example"));
    EXPECT_EQ(settings.general.admin_email, "postmaster@example.net");
    EXPECT_EQ(settings.smtp.incoming.port, 2500);
    EXPECT_EQ(settings.smtp.outgoing.port, 2525);
    std::vector<std::string> errors;
    const auto accounts = accounts::Directory::load("smtp-data/accounts", errors);
    ASSERT_TRUE(accounts && accounts->by_user("boss"));
    EXPECT_TRUE(accounts::password_matches(&accounts->by_user("boss")->password, "secret"));
}

TEST_F(Setup, AnswersThatEndEarlyWriteNothing) {
    asks_ = true;
    EXPECT_EQ(run_command({"setup"}, "mail.example.net\n"), 1);
    EXPECT_FALSE(std::filesystem::exists("smtp-server.toml"));
}

TEST_F(Setup, WrongFlagsWriteNothing) {
    for (const std::vector<std::string>& flags : std::vector<std::vector<std::string>>{{"--primary-domain", "a b"},
                                                                                       {"--primary-domain", ""},
                                                                                       {"--local-domain", "a..b"},
                                                                                       {"--admin-email", "nobody"},
                                                                                       {"--incoming-port", "65536"},
                                                                                       {"--outgoing-port", "70000"},
                                                                                       {"--account", "../x"}}) {
        std::vector<std::string> arguments{"setup", "--defaults"};
        arguments.insert(arguments.end(), flags.begin(), flags.end());
        EXPECT_EQ(run_command(arguments), 1) << flags[0] << " " << flags[1];
        EXPECT_EQ(lines(err()).size(), 1U) << err();
        EXPECT_FALSE(std::filesystem::exists("smtp-server.toml")) << flags[1];
    }
}

TEST_F(Setup, LeavesAFileWithMistakesAlone) {
    for (const std::string text : {"[general\n", "[general]\nprimary_domain = 5\n"}) {
        write("smtp-server.toml", text);
        EXPECT_EQ(run_command({"setup", "--defaults"}), 1);
        EXPECT_THAT(err(), HasSubstr("smtp-server.toml:"));
        EXPECT_EQ(read("smtp-server.toml"), text);
    }
}

TEST_F(Setup, OfAPresentFileRefusesAChangeThatMakesItWrong) {
    const std::string text =
        "general={primary_domain='a.example',local_domains=['a.example'],admin_email='a@a.example'}\n"
        "tls={certificate='c',private_key='k',implicit_port=465}\n";
    write("smtp-server.toml", text);
    EXPECT_EQ(run_command({"setup", "--defaults", "--outgoing-port", "70000"}), 1);
    EXPECT_EQ(run_command({"setup", "--defaults", "--incoming-port", "465"}), 1);
    EXPECT_EQ(read("smtp-server.toml"), text);
}

}  // namespace
}  // namespace refserver::commands
