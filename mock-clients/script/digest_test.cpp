#include "script/digest.h"

#include <gtest/gtest.h>

namespace smtpspec::script {
namespace {

using namespace std::string_literals;

TEST(Digest, base64_of_RFC_4648) {
    for (const auto& [octets, text] : {std::pair(""s, ""s),
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"\0\xff"s, "AP8="}}) {
        EXPECT_EQ(base64(octets), text);
        EXPECT_EQ(unbase64(text), octets);
    }
}

TEST(Digest, what_is_no_base64) {
    for (const char* text : {"Z", "Zg", "Zg=", "Z===", "Zm 8", "Zm9v\n", "=m9v", "Zm=v", "Zm9-"}) {
        EXPECT_EQ(unbase64(text), std::nullopt) << text;
    }
}

TEST(Digest, hmac_md5_of_RFC_2195) {
    EXPECT_EQ(hmac_md5("tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>"),
              "b913a602c7eda7a495b4e6e7334d3890");
}

TEST(Digest, scram_of_RFC_7677) {
    const auto scrammed =
        scram("pencil", "n=user,r=rOprNGfwEbeRWgbNEkqO",
              "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    ASSERT_TRUE(scrammed);
    EXPECT_EQ(
        scrammed->client_final,
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    EXPECT_EQ(scrammed->server_final, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(Digest, what_is_no_server_first_message) {
    for (const char* message : {"", "e=other-error", "r=a,s=W22Z", "r=a,i=1", "s=W22Z,i=1", "r=a,s=?,i=1",
                                "r=a,s=W22Z,i=0", "r=a,s=W22Z,i=99999999", "r=a,s=W22Z,i=x"}) {
        EXPECT_FALSE(scram("p", "n=u,r=a", message)) << message;
    }
}

}  // namespace
}  // namespace smtpspec::script
