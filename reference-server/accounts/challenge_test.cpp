#include "accounts/challenge.h"

#include <string>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace refserver::accounts {
namespace {

std::string from_base64(std::string text) {
    std::string out(text.size(), '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(length));
    while (text.ends_with('=')) {
        text.pop_back();
        out.pop_back();
    }
    return out;
}

TEST(CramMd5, TheExampleOfRfc2195) {
    const std::string password = "tanstaaftanstaaf";
    const std::string challenge = "<1896.697170952@postoffice.reston.mci.net>";
    EXPECT_TRUE(cram_md5_matches(&password, challenge, "b913a602c7eda7a495b4e6e7334d3890"));
    EXPECT_FALSE(cram_md5_matches(&password, challenge, "b913a602c7eda7a495b4e6e7334d3891"));
    EXPECT_FALSE(cram_md5_matches(&password, challenge, "B913A602C7EDA7A495B4E6E7334D3890"));
    EXPECT_FALSE(cram_md5_matches(&password, challenge, ""));
    EXPECT_FALSE(
        cram_md5_matches(&password, "<1897.697170952@postoffice.reston.mci.net>", "b913a602c7eda7a495b4e6e7334d3890"));
    EXPECT_FALSE(cram_md5_matches(nullptr, challenge, "b913a602c7eda7a495b4e6e7334d3890"));
}

/// RFC 7677 §3.
ScramProof example() {
    return {from_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096,
            "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            from_base64("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")};
}

TEST(ScramSha256, TheExampleOfRfc7677) {
    const std::string password = "pencil";
    EXPECT_EQ(scram_sha_256_signature(&password, example()),
              from_base64("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
}

TEST(ScramSha256, NothingElseIsRight) {
    const std::string password = "pencil";
    const std::string other = "Pencil";
    EXPECT_FALSE(scram_sha_256_signature(&other, example()));
    EXPECT_FALSE(scram_sha_256_signature(nullptr, example()));
    auto proof = example();
    proof.proof.pop_back();
    EXPECT_FALSE(scram_sha_256_signature(&password, proof));
    proof.proof.clear();
    EXPECT_FALSE(scram_sha_256_signature(&password, proof));
    proof = example();
    proof.auth_message += ' ';
    EXPECT_FALSE(scram_sha_256_signature(&password, proof));
    proof = example();
    proof.salt += ' ';
    EXPECT_FALSE(scram_sha_256_signature(&password, proof));
}

/// What stands for nobody's password opens no account, nor does a hash taken for a password.
TEST(Challenges, AHashProvesNothing) {
    const std::string hash = "$y$j9T$hash";
    const std::string digest = "8bf29347c4314dbe4c9f7aec5bbef145";
    EXPECT_FALSE(is_clear_text(hash));
    EXPECT_FALSE(is_clear_text(""));
    EXPECT_TRUE(is_clear_text("s3cret"));
    for (int i = 0; i < 2; ++i) {
        const std::string* stored = i == 0 ? &hash : nullptr;
        EXPECT_FALSE(cram_md5_matches(stored, "<1@h>", digest));
    }
}

TEST(Challenges, ASaltTellsNothingOfTheUser) {
    EXPECT_EQ(scram_salt("secret", "Alice"), scram_salt("secret", "aLICE"));
    EXPECT_NE(scram_salt("secret", "alice"), scram_salt("secret", "bob"));
    EXPECT_NE(scram_salt("secret", "alice"), scram_salt("other", "alice"));
    EXPECT_EQ(scram_salt("secret", "alice").size(), 16U);
    EXPECT_NE(random_octets(16), random_octets(16));
}

}  // namespace
}  // namespace refserver::accounts
