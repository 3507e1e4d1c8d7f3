#include "accounts/accounts.h"

#include <fstream>

#include <Poco/TemporaryFile.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::accounts {
namespace {

std::shared_ptr<const Directory> two() {
    return Directory::from(
        {{"Alice", "one", {"alice@example.org", "First.Last@Example.COM"}}, {"bob", "two", {"bob@example.org"}}});
}

TEST(Directory, FindsUsersWithoutRegardToCase) {
    const auto directory = two();
    ASSERT_TRUE(directory->by_user("aLICE"));
    EXPECT_EQ(directory->by_user("aLICE")->password, "one");
    EXPECT_FALSE(directory->by_user("alice "));
    EXPECT_FALSE(directory->by_user(""));
    EXPECT_FALSE(directory->by_user("alice@example.org"));
}

TEST(Directory, FindsAddressesWithoutRegardToCase) {
    const auto directory = two();
    for (const auto* local_part : {"first.last", "FIRST.LAST"}) {
        ASSERT_TRUE(directory->by_address(local_part, "example.com"));
        EXPECT_EQ(directory->by_address(local_part, "example.com")->user, "Alice");
    }
    EXPECT_FALSE(directory->by_address("alice", "example.com"));
    EXPECT_FALSE(directory->by_address("alice", ""));
    EXPECT_FALSE(directory->by_address("", "example.org"));
    // The same text, cut elsewhere, is another address.
    EXPECT_FALSE(directory->by_address("alice@example", "org"));
}

TEST(Directory, CaseOfOtherThanAsciiLettersCounts) {
    const auto directory = Directory::from({{"zoë", "p", {"zoë@example.org"}}});
    EXPECT_TRUE(directory->by_user("ZOë"));
    EXPECT_FALSE(directory->by_user("ZOË"));
}

TEST(Directory, MayBeEmpty) {
    EXPECT_TRUE(Directory::from({})->all().empty());
    EXPECT_FALSE(Directory::from({})->by_user("alice"));
    EXPECT_FALSE(Directory().by_user("alice"));
    EXPECT_FALSE(Directory().by_address("alice", "example.org"));
}

TEST(Directory, IsLoadedFromAFile) {
    const Poco::TemporaryFile temporary;
    const std::filesystem::path file = temporary.path();
    std::vector<std::string> errors;
    std::ofstream(file) << "alice:secret:alice@example.org\n";
    const auto directory = Directory::load(file, errors);
    ASSERT_TRUE(directory);
    EXPECT_EQ(directory->all().size(), 1U);
    std::ofstream(file) << "alice\nbob\n";
    EXPECT_FALSE(Directory::load(file, errors));
    EXPECT_THAT(errors, testing::ElementsAre(testing::StartsWith(file.string() + ":1:"),
                                             testing::StartsWith(file.string() + ":2:")));
    std::filesystem::remove(file);
    errors.clear();
    EXPECT_FALSE(Directory::load(file, errors));
    EXPECT_FALSE(Directory::load("/", errors));
    EXPECT_EQ(errors.size(), 2U);
}

}  // namespace
}  // namespace refserver::accounts
