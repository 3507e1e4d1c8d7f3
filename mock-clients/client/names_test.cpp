#include "client/names.h"

#include "client/case_ends.h"
#include "client/testing/played.h"

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

using ::testing::Eq;
using ::testing::Optional;

class NamesTest : public ::testing::Test {
protected:
    std::optional<std::string> value(const std::string& name) const { return names.value(name, &exchange); }
    void offer(const std::vector<std::string>& lines) {
        Reply reply;
        reply.code = "250";
        reply.lines = lines;
        exchange.sent("EHLO client.example\r\n");
        exchange.answered(reply);
    }

    Stage stage = testing::stage_on(2525);
    Names names{stage};
    Exchange exchange;
};

TEST_F(NamesTest, of_roles) {
    EXPECT_THAT(value("alice"), Optional(Eq("alice1@example.org")));
    EXPECT_THAT(value("alice.local"), Optional(Eq("alice1")));
    EXPECT_THAT(value("ann.domain"), Optional(Eq("one.remote.example")));
    EXPECT_THAT(value("alice.user"), Optional(Eq("alice1")));
    EXPECT_THAT(value("alice.password"), Optional(Eq("secret")));
    EXPECT_FALSE(value("ann.password"));
    EXPECT_FALSE(value("alice.shoe"));
    EXPECT_FALSE(value("zoe"));
    EXPECT_FALSE(value("zoe.local"));
}

TEST_F(NamesTest, of_an_account_whose_address_has_a_quoted_at_sign) {
    stage.addresses["alice"] = "\"a@b\"@example.org";
    EXPECT_THAT(value("alice.local"), Optional(Eq("\"a@b\"")));
    EXPECT_THAT(value("alice.domain"), Optional(Eq("example.org")));
    EXPECT_EQ(names.domain("alice"), "example.org");
}

TEST_F(NamesTest, of_the_server) {
    EXPECT_THAT(value("primary_domain"), Optional(Eq("mail.example.org")));
    EXPECT_THAT(value("marker"), Optional(Eq("m4rk3r")));
    EXPECT_THAT(value("incoming_port"), Optional(Eq("2525")));
}

TEST_F(NamesTest, of_the_round) {
    EXPECT_FALSE(value("i"));
    names.set_round(7);
    EXPECT_THAT(value("i"), Optional(Eq("7")));
}

TEST_F(NamesTest, of_limits_come_from_the_settings_until_some_are_offered) {
    exchange.answered(Reply{});
    EXPECT_THAT(value("size"), Optional(Eq("1000000")));
    EXPECT_THAT(value("rcptmax"), Optional(Eq("100")));
    offer({"mail.example.org", "SIZE 5000", "LIMITS MAILMAX=3 RCPTMAX=20 RCPTDOMAINMAX=2"});
    EXPECT_THAT(value("size"), Optional(Eq("5000")));
    EXPECT_THAT(value("rcptmax"), Optional(Eq("20")));
    EXPECT_THAT(names.value("size", nullptr), Optional(Eq("1000000")));
}

TEST_F(NamesTest, of_limits_are_not_taken_from_offers_that_fix_none) {
    exchange.answered(Reply{});
    for (const char* size : {"SIZE", "SIZE 0", "SIZE many", "SIZE "}) {
        offer({"mail.example.org", size, "LIMITS RCPTMAX=", "HELP"});
        EXPECT_THAT(value("size"), Optional(Eq("1000000"))) << size;
        EXPECT_THAT(value("rcptmax"), Optional(Eq("100")));
    }
}

TEST_F(NamesTest, that_are_missing_end_the_case) {
    EXPECT_THROW(names.address("zoe"), CaseEnds);
    EXPECT_THROW(names.account("ann"), CaseEnds);
}

}  // namespace
}  // namespace smtpspec::client
