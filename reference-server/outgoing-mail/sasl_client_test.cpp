#include "outgoing-mail/sasl_client.h"

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;
using ::testing::StartsWith;

using namespace std::string_literals;

std::unique_ptr<SaslClient> client(const std::string& mechanism, const RelayCredentials& credentials,
                                   const std::string& nonce = "abc") {
    auto all = sasl_clients({mechanism}, credentials, nonce);
    return all.empty() ? nullptr : std::move(all.front());
}

TEST(SaslClient, TheBestFirst) {
    std::vector<std::string> names;
    for (const auto& c : sasl_clients({"LOGIN", "GSSAPI", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256"}, {"u", "p"}, "n"))
        names.emplace_back(c->mechanism());
    EXPECT_THAT(names, ElementsAre("SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"));
}

// RFC 4616 §2.
TEST(SaslClient, Plain) {
    const auto plain = client("PLAIN", {"tim", "tanstaaf"});
    EXPECT_THAT(plain->initial_response(), Optional("\0tim\0tanstaaf"s));
    EXPECT_FALSE(plain->respond("more"));
}

TEST(SaslClient, Login) {
    const auto login = client("LOGIN", {"tim", "tanstaaf"});
    EXPECT_FALSE(login->initial_response());
    EXPECT_THAT(login->respond("User Name"), Optional("tim"s));
    EXPECT_THAT(login->respond("Password"), Optional("tanstaaf"s));
    EXPECT_FALSE(login->respond("Your mother's name?"));
}

// The example of RFC 2195 §2.
TEST(SaslClient, CramMd5) {
    const auto cram = client("CRAM-MD5", {"tim", "tanstaaftanstaaf"});
    EXPECT_FALSE(cram->initial_response());
    EXPECT_THAT(cram->respond("<1896.697170952@postoffice.reston.mci.net>"),
                Optional("tim b913a602c7eda7a495b4e6e7334d3890"s));
    EXPECT_FALSE(cram->respond("<once.more@postoffice.reston.mci.net>"));
}

class ScramClient : public ::testing::Test {
protected:
    // The example of RFC 7677 §3.
    static constexpr const char* server_first =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    std::unique_ptr<SaslClient> scram_ = client("SCRAM-SHA-256", {"user", "pencil"}, "rOprNGfwEbeRWgbNEkqO");
};

TEST_F(ScramClient, TheExampleOfTheStandard) {
    EXPECT_THAT(scram_->initial_response(), Optional("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"s));
    EXPECT_THAT(scram_->respond(server_first), Optional("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                                        "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="s));
    EXPECT_FALSE(scram_->server_is_proven());
    EXPECT_THAT(scram_->respond("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), Optional(""s));
    EXPECT_TRUE(scram_->server_is_proven());
}

TEST_F(ScramClient, AServerThatDoesNotKnowThePassword) {
    scram_->respond(server_first);
    EXPECT_FALSE(scram_->respond("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="));
    EXPECT_FALSE(scram_->server_is_proven());
}

TEST_F(ScramClient, ChallengesThatAreNotToBeAnswered) {
    for (const char* bad : {
             "",
             "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
             "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
             "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
             "r=rOprNGfwEbeRWgbNEkqOx,s=!,i=4096",
             "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==",
             "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
             "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000",
             "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096x",
             "m=must,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
         }) {
        EXPECT_FALSE(scram_->respond(bad)) << bad;
    }
}

TEST(SaslClient, SignsOfTheFormInAName) {
    EXPECT_THAT(client("SCRAM-SHA-256", {"a,b=c", "p"})->initial_response(), Optional(StartsWith("n,,n=a=2Cb=3Dc,r=")));
}

}  // namespace
}  // namespace refserver::outgoing_mail
