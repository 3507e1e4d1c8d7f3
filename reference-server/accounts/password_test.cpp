#include "accounts/accounts.h"

#include <chrono>

#include <gtest/gtest.h>

namespace refserver::accounts {
namespace {

TEST(Password, HashIsYescryptWithASaltOfItsOwn) {
    const auto first = hash_password("secret");
    EXPECT_TRUE(first.starts_with("$y$"));
    EXPECT_NE(first, hash_password("secret"));
    EXPECT_EQ(first.find("secret"), std::string::npos);
}

/// X14: compared exactly.
TEST(Password, MatchesItselfAlone) {
    for (const auto& stored : {std::string("Secret pässword"), hash_password("Secret pässword")}) {
        EXPECT_TRUE(password_matches(&stored, "Secret pässword"));
        for (const std::string given :
             {"", "secret pässword", "Secret passwort", "Secret pässword ", "Secret pässwor", " Secret pässword"}) {
            EXPECT_FALSE(password_matches(&stored, given)) << given;
        }
        EXPECT_FALSE(password_matches(&stored, std::string("Secret pässword\0", 17)));
        EXPECT_FALSE(password_matches(&stored, std::string("Secret pässword\0x", 18)));
        EXPECT_FALSE(password_matches(&stored, std::string(100000, 'a')));
        EXPECT_FALSE(password_matches(&stored, stored + stored));
    }
}

TEST(Password, RepeatedClearTextIsAnother) {
    const std::string stored = "abc";
    EXPECT_FALSE(password_matches(&stored, "abcabc"));
    EXPECT_FALSE(password_matches(&stored, "ab"));
    const std::string empty;
    EXPECT_FALSE(password_matches(&empty, std::string(1, '\0')));
}

TEST(Password, AHashIsNotItsOwnPassword) {
    const auto stored = hash_password("secret");
    EXPECT_FALSE(password_matches(&stored, stored));
}

TEST(Password, HashesOfOtherMethodsCount) {
    const std::string sha512 =  // openssl passwd -6 -salt saltsalt secret
        "$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1";
    EXPECT_TRUE(password_matches(&sha512, "secret"));
    EXPECT_FALSE(password_matches(&sha512, "another"));
}

TEST(Password, AnUnknownMethodMatchesNothing) {
    for (const std::string stored : {"$", "$nonsense$", "$y$", "*0"}) {
        EXPECT_FALSE(password_matches(&stored, "")) << stored;
        EXPECT_FALSE(password_matches(&stored, "secret")) << stored;
    }
    const std::string failure = "$9$x";
    EXPECT_FALSE(password_matches(&failure, "*0"));
    EXPECT_FALSE(password_matches(&failure, "*1"));
}

/// Or the time of the answer would tell which users there are.
TEST(Password, NoSuchUserCostsAsMuchAsAWrongPassword) {
    const auto stored = hash_password("secret");
    const auto fastest = [](const std::string* of) {
        auto least = std::chrono::steady_clock::duration::max();
        for (int i = 0; i < 5; ++i) {
            const auto start = std::chrono::steady_clock::now();
            EXPECT_FALSE(password_matches(of, "wrong"));
            least = std::min(least, std::chrono::steady_clock::now() - start);
        }
        return least;
    };
    const auto wrong = fastest(&stored);
    const auto unknown = fastest(nullptr);
    EXPECT_LT(unknown, 10 * wrong);
    EXPECT_LT(wrong, 10 * unknown);
}

TEST(Password, ThatCannotBeHashedIsRefused) {
    EXPECT_THROW(hash_password(std::string("a\0b", 3)), std::invalid_argument);
    EXPECT_THROW(hash_password(std::string(512, 'a')), std::invalid_argument);
    const auto longest = hash_password(std::string(511, 'a'));
    EXPECT_TRUE(password_matches(&longest, std::string(511, 'a')));
    EXPECT_FALSE(password_matches(&longest, std::string(510, 'a')));
}

}  // namespace
}  // namespace refserver::accounts
