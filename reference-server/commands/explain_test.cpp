#include "commands/test_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::commands {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// What a server does is told by the reply code and the number of the rule; the sentences are free.
class Explain : public TestProgram {
protected:
    Explain() { write("data/accounts", "alice:x:alice@example.org\n"); }

    std::string explain(const std::string& settings, std::vector<std::string> arguments) {
        write("smtp-server.toml",
              "[general]\nprimary_domain = 'mail.example.org'\nlocal_domains = ['example.org']\n"
              "admin_email = 'alice@example.org'\ndata_directory = 'data'\n" +
                  settings);
        arguments.insert(arguments.begin(), "explain");
        EXPECT_EQ(run_command(arguments), 0) << err();
        return out();
    }
    /// The last line: what happens in the end.
    std::string outcome(const std::string& settings, const std::string& from, const std::string& port,
                        const std::string& rcpt, const std::string& login = "") {
        std::vector<std::string> arguments{"--from", from, "--port", port, "--rcpt", rcpt};
        if (!login.empty()) arguments.insert(arguments.end(), {"--login", login});
        return lines(explain(settings, arguments)).back();
    }
};

const std::string split = "[smtp.outgoing]\nenabled = true\n";
const std::string shared = "[smtp.outgoing]\nenabled = true\nport = 25\n";
const std::string authentication = "access.authentication = true\n";
const std::string range = "access.ip_range_control = true\naccess.ip_ranges = ['192.0.2.0/24']\n";

TEST_F(Explain, HostedRecipients) {
    EXPECT_THAT(outcome(split, "192.0.2.1", "incoming", "Alice@Example.ORG"),
                AllOf(HasSubstr("250"), HasSubstr("alice")));
    EXPECT_THAT(outcome(split, "192.0.2.1", "incoming", "bob@example.org"),
                AllOf(HasSubstr("550 5.1.1"), HasSubstr("X2")));
    EXPECT_THAT(outcome(split, "192.0.2.1", "outgoing", "alice@example.org"),
                AllOf(HasSubstr("250"), HasSubstr("D10")));
    for (const auto* address : {"postmaster", "PostMaster@example.org", "postmaster@mail.example.org"}) {
        EXPECT_THAT(outcome(split, "192.0.2.1", "incoming", address),
                    AllOf(HasSubstr("250"), HasSubstr("alice@example.org")));
    }
}

TEST_F(Explain, RecipientsElsewhere) {
    const auto end = [&](const std::string& settings, const char* from, const char* port, const char* login = "") {
        return outcome(settings, from, port, "x@elsewhere.example", login);
    };
    EXPECT_THAT(end(split, "192.0.2.1", "incoming"), AllOf(HasSubstr("550 5.7.1")));
    EXPECT_THAT(end(split, "192.0.2.1", "outgoing"), HasSubstr("250"));
    EXPECT_THAT(end(split + authentication, "192.0.2.1", "outgoing"),
                AllOf(HasSubstr("MAIL"), HasSubstr("530 5.7.0"), HasSubstr("X12")));
    EXPECT_THAT(end(split + authentication, "192.0.2.1", "outgoing", "ALICE"), HasSubstr("250"));
    EXPECT_THAT(end(split + authentication, "192.0.2.1", "outgoing", "bob"), HasSubstr("530 5.7.0"));
    EXPECT_THAT(end(split + range, "198.51.100.1", "outgoing"), AllOf(HasSubstr("421 4.7.1"), HasSubstr("X7")));
    EXPECT_THAT(end(shared + authentication, "192.0.2.1", "incoming"),
                AllOf(HasSubstr("RCPT"), HasSubstr("530 5.7.0")));
    EXPECT_THAT(end(shared + range, "198.51.100.1", "outgoing"), AllOf(HasSubstr("RCPT"), HasSubstr("550 5.7.1")));
    EXPECT_THAT(end("", "192.0.2.1", "outgoing"), HasSubstr("D6"));
    EXPECT_THAT(end(split + "access.block_local_ips = true\n", "127.0.0.1", "outgoing"), HasSubstr("421 4.7.1"));
    EXPECT_THAT(end(split + "access.block_local_ips = true\n", "127.0.0.2", "outgoing"), HasSubstr("250"));
    EXPECT_THAT(end(split + "[outgoing_mail]\nenabled = false\n", "192.0.2.1", "outgoing"),
                AllOf(HasSubstr("451 4.3.2"), HasSubstr("X3")));
    EXPECT_THAT(end(split + "[outgoing_mail]\nmode = 'relay'\nrelay_host = 'smart.example'\n", "192.0.2.1", "outgoing"),
                AllOf(HasSubstr("250"), HasSubstr("smart.example:25"), HasSubstr("X16")));
}

TEST_F(Explain, LoginsThatCount) {
    const auto only = split + authentication + "access.logins = 'only'\naccess.user = 'relay'\naccess.password = 'x'\n";
    const auto told = [&](const std::string& settings, const char* port, const char* login) {
        return explain(settings,
                       {"--from", "192.0.2.1", "--port", port, "--rcpt", "x@elsewhere.example", "--login", login});
    };
    EXPECT_THAT(told(only, "outgoing", "Relay"), AllOf(HasSubstr("235"), HasSubstr("D20")));
    EXPECT_THAT(told(only, "outgoing", "alice"), AllOf(HasSubstr("535 5.7.8"), HasSubstr("D20")));
    EXPECT_THAT(told(split + authentication, "outgoing", "alice"), AllOf(HasSubstr("235"), HasSubstr("D19")));
    EXPECT_THAT(told(split + authentication, "incoming", "alice"), AllOf(HasSubstr("503 5.5.1"), HasSubstr("X11")));
    EXPECT_THAT(told(split, "outgoing", "alice"), HasSubstr("503 5.5.1"));
}

TEST_F(Explain, ShowsTheRulesUpToTheOneThatDecides) {
    const auto text = explain(split + "access.safe_ips = ['192.0.2.1']\n",
                              {"--from", "192.0.2.1", "--port", "outgoing", "--rcpt", "x@elsewhere.example"});
    EXPECT_THAT(text, AllOf(HasSubstr("\nD6 "), HasSubstr("\nD5 "), HasSubstr("\nD25 "), Not(HasSubstr("\nD26 "))));
}

TEST_F(Explain, WrongArgumentsAreOneLine) {
    explain(split, {"--from", "::1", "--port", "incoming", "--rcpt", "alice@example.org"});
    for (const auto& [from, rcpt] :
         std::vector<std::pair<std::string, std::string>>{{"127.1", "a@b"}, {"localhost", "a@b"}, {"::1", "bob"}}) {
        EXPECT_EQ(run_command({"explain", "--from", from, "--port", "incoming", "--rcpt", rcpt}), 1);
        EXPECT_EQ(lines(err()).size(), 1U);
    }
}

TEST_F(Explain, OverlappingAddressesNeedToSayWhereTheClientConnects) {
    const std::string overlapping = shared + "listen_ip = '192.0.2.25'\n";
    write("smtp-server.toml", "");
    const std::vector<std::string> client{"--from",   "198.51.100.1", "--port",
                                          "incoming", "--rcpt",       "x@elsewhere.example"};
    auto arguments = client;
    arguments.insert(arguments.end(), {"--to", "192.0.2.25"});
    EXPECT_THAT(lines(explain(overlapping, arguments)).back(), HasSubstr("250"));
    arguments.back() = "192.0.2.26";
    EXPECT_THAT(lines(explain(overlapping, arguments)).back(), HasSubstr("550 5.7.1"));
    arguments = client;
    arguments.insert(arguments.begin(), "explain");
    EXPECT_EQ(run_command(arguments), 1);
    EXPECT_THAT(err(), HasSubstr("--to"));
}

}  // namespace
}  // namespace refserver::commands
