#include "accounts/account_file.h"

#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace refserver::accounts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(AccountFile, HasOneAccountALine) {
    const auto parsed = parse_account_file(
        "f", "# hosted\n\nalice:secret:alice@example.org,a.l+x@example.com\r\nbob:$y$h:bob@example.org");
    EXPECT_THAT(parsed.errors, IsEmpty());
    ASSERT_EQ(parsed.accounts.size(), 2U);
    EXPECT_EQ(parsed.accounts[0].user, "alice");
    EXPECT_EQ(parsed.accounts[0].password, "secret");
    EXPECT_THAT(parsed.accounts[0].addresses, ElementsAre("alice@example.org", "a.l+x@example.com"));
    EXPECT_EQ(parsed.accounts[1].password, "$y$h");
    EXPECT_EQ(to_line(parsed.accounts[0]), "alice:secret:alice@example.org,a.l+x@example.com");
}

TEST(AccountFile, ReportsEveryMistakeAtItsPlace) {
    const auto parsed = parse_account_file("f",
                                           "alice\n"                                             // no fields
                                           "bob:secret\n"                                        // no addresses
                                           ":secret:x@example.org\n"                             // no user
                                           "carl::carl@example.org\n"                            // no password
                                           "dora:secret:dora,d@,@example.org,\n"                 // four bad addresses
                                           "../eve:secret:eve@example.org\n"                     // no name of a folder
                                           "frank:secret:frank@example.org\n"                    // right
                                           "Frank:secret:f@example.org\n"                        // the same user
                                           "gina:se:cret:gina@example.org\n"                     // a colon too many
                                           "hugo:secret:hugo@example.org,FRANK@Example.Org\n");  // the same address
    EXPECT_THAT(
        parsed.errors,
        ElementsAre(StartsWith("f:1:6: error: "), StartsWith("f:2:11: error: "), StartsWith("f:3:1: error: "),
                    StartsWith("f:4:6: error: "), StartsWith("f:5:13: error: "), StartsWith("f:5:18: error: "),
                    StartsWith("f:5:21: error: "), StartsWith("f:5:34: error: "), StartsWith("f:6:1: error: "),
                    StartsWith("f:8:1: error: "), StartsWith("f:9:9: error: "), StartsWith("f:10:30: error: ")));
}

TEST(User, IsTheNameOfAFolder) {
    for (const auto* user : {"alice", "alice@example.org", "Alice_B-1.2", "zoë"})
        EXPECT_FALSE(wrong_user(user)) << user;
    for (const std::string user :
         {"", ".", "..", ".hidden", "a/b", "/", "a\\b", "a:b", "a,b", "a b", "#a", "a\tb", "a\nb"}) {
        EXPECT_TRUE(wrong_user(user)) << user;
    }
    EXPECT_FALSE(wrong_user(std::string(64, 'a')));
    EXPECT_TRUE(wrong_user(std::string(65, 'a')));
    EXPECT_TRUE(wrong_user(std::string("a\0b", 3)));
}

TEST(Address, IsALocalPartAndADomain) {
    for (const auto* address : {"a@b", "first.last@example.org", "o'neil+tag@example.org", "zoë@example.org"}) {
        EXPECT_FALSE(wrong_address(address)) << address;
    }
    for (const std::string address : {"", "a", "@", "a@", "@b", ".a@b", "a.@b", "a..b@c", "a b@c", "\"a b\"@c", "a@b@c",
                                      "a@.b", "a@b.", "a@b..c", "a@[127.0.0.1]", "a@b c", "a@bü"}) {
        EXPECT_TRUE(wrong_address(address)) << address;
    }
    EXPECT_FALSE(wrong_address(std::string(64, 'a') + "@b"));
    EXPECT_TRUE(wrong_address(std::string(65, 'a') + "@b"));
    EXPECT_TRUE(wrong_address("a@" + std::string(256, 'b')));
}

class Change : public testing::Test {
protected:
    Change() {
        std::string name = testing::TempDir() + "accounts-XXXXXX";
        folder_ = mkdtemp(name.data());
        file_ = folder_ / "accounts";
    }
    ~Change() override { std::filesystem::remove_all(folder_); }

    std::string text() const {
        std::ifstream stream(file_);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    void write(const std::string& content) const { std::ofstream(file_) << content; }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

TEST_F(Change, MakesAFileThatOnlyItsOwnerReads) {
    add(file_, {"alice", "secret", {"alice@example.org", "a@example.org"}});
    EXPECT_EQ(text(), "alice:secret:alice@example.org,a@example.org\n");
    struct stat status {};
    ASSERT_EQ(stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Change, KeepsEverythingElse) {
    write("# first\nalice:one:alice@example.org\n\n# second\nbob:two:bob@example.org");
    std::filesystem::permissions(file_, std::filesystem::perms(0640));
    add(file_, {"carl", "three", {"carl@example.org"}});
    EXPECT_EQ(
        text(),
        "# first\nalice:one:alice@example.org\n\n# second\nbob:two:bob@example.org\ncarl:three:carl@example.org\n");
    change_password(file_, "ALICE", "$new");
    remove(file_, "Bob");
    EXPECT_EQ(text(), "# first\nalice:$new:alice@example.org\n\n# second\ncarl:three:carl@example.org\n");
    EXPECT_EQ(std::filesystem::status(file_).permissions(), std::filesystem::perms(0640));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "something was left behind";
}

TEST_F(Change, ReplacesTheFileThatALinkLeadsTo) {
    const auto real = folder_ / "real";
    std::ofstream(real) << "alice:one:alice@example.org\n";
    std::filesystem::create_symlink(real, file_);
    remove(file_, "alice");
    EXPECT_TRUE(std::filesystem::is_symlink(file_));
    EXPECT_EQ(std::filesystem::file_size(real), 0U);
}

TEST_F(Change, RefusesWhatWouldMakeTheFileWrong) {
    const std::string before = "alice:one:alice@example.org\n";
    write(before);
    for (const Account& account :
         {Account{"Alice", "p", {"x@example.org"}}, Account{"bob", "p", {"ALICE@example.org"}}, Account{"bob", "p", {}},
          Account{"bob", "p", {"bob"}}, Account{"bob", "", {"b@example.org"}}, Account{"bob", "a:b", {"b@example.org"}},
          Account{"#bob", "p", {"b@example.org"}}, Account{"bob", "p\nmallory:p", {"b@example.org"}},
          Account{"bob", "p", {"b@example.org\nmallory:p:m@example.org"}},
          Account{"bob", "p", {"b@example.org", "b@example.org"}}, Account{"../bob", "p", {"b@example.org"}}}) {
        EXPECT_THROW(add(file_, account), std::runtime_error) << account.user;
    }
    EXPECT_THROW(change_password(file_, "alice", "a\nb"), std::runtime_error);
    EXPECT_THROW(change_password(file_, "nobody", "p"), std::runtime_error);
    EXPECT_THROW(remove(file_, "nobody"), std::runtime_error);
    EXPECT_THROW(remove(file_, "# alice"), std::runtime_error);
    EXPECT_EQ(text(), before);
    write("not an account\n");
    EXPECT_THROW(add(file_, {"bob", "p", {"b@example.org"}}), std::runtime_error);
    EXPECT_THROW(remove(file_, "alice"), std::runtime_error);
    EXPECT_EQ(text(), "not an account\n");
}

TEST_F(Change, OfAFileThatCannotBeWrittenFails) {
    EXPECT_THROW(add(folder_ / "missing" / "accounts", {"bob", "p", {"b@example.org"}}), std::system_error);
    EXPECT_THROW(add(folder_, {"bob", "p", {"b@example.org"}}), std::system_error);
}

TEST_F(Change, ByManyAtOnceLosesNone) {
    std::vector<std::thread> threads;
    constexpr int many = 16;
    for (int i = 0; i < many; ++i) {
        threads.emplace_back([this, i] {
            const std::string user = "user" + std::to_string(i);
            add(file_, {user, "p", {user + "@example.org"}});
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(parse_account_file("f", text()).accounts.size(), std::size_t{many});
}

}  // namespace
}  // namespace refserver::accounts
