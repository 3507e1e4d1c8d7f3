#include "runner/environment.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::Contains;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> environment(const std::vector<std::string>& inherited) {
    return target_environment({{"general.local_domains", std::vector<std::string>{"a.example", "b.example"}},
                               {"smtp.outgoing.enabled", true},
                               {"tls.certificate", std::string()}},
                              {"/r/settings.toml", "/r/accounts", "/r/mailboxes", "/r/work"}, "/opt/smtpspec/bin",
                              inherited);
}

TEST(TargetEnvironment, HasSettingsAndFiles) {
    const auto variables = environment({});
    EXPECT_THAT(variables, Contains("SMTPSPEC_GENERAL_LOCAL_DOMAINS=a.example b.example"));
    EXPECT_THAT(variables, Contains("SMTPSPEC_SMTP_OUTGOING_ENABLED=true"));
    EXPECT_THAT(variables, Contains("SMTPSPEC_TLS_CERTIFICATE="));
    EXPECT_THAT(variables, Contains("SMTPSPEC_SETTINGS_FILE=/r/settings.toml"));
    EXPECT_THAT(variables, Contains("SMTPSPEC_ACCOUNTS_FILE=/r/accounts"));
    EXPECT_THAT(variables, Contains("SMTPSPEC_MAILDIR_ROOT=/r/mailboxes"));
    EXPECT_THAT(variables, Contains("SMTPSPEC_WORK_DIR=/r/work"));
}

TEST(TargetEnvironment, KeepsOursAndPutsOurProgramsFirst) {
    const auto variables = environment({"HOME=/h", "PATH=/usr/bin", "SMTPSPEC_SMTP_OUTGOING_ENABLED=false"});
    EXPECT_THAT(variables, Contains("HOME=/h"));
    EXPECT_THAT(variables, Contains("PATH=/opt/smtpspec/bin:/usr/bin"));
    EXPECT_THAT(variables, Not(Contains("SMTPSPEC_SMTP_OUTGOING_ENABLED=false")));
    EXPECT_THAT(environment({}), Contains(StartsWith("PATH=/opt/smtpspec/bin:/")));
}

}  // namespace
}  // namespace smtpspec::runner
