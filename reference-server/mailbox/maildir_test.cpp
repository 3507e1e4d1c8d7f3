#include "mailbox/maildir.h"

#include <fstream>
#include <iterator>
#include <system_error>

#include <Poco/TemporaryFile.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::mailbox {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Lets the N-th operation that can fail do so, and writes down all of them. What must never fail is not counted.
class FailingOperations final : public FileOperations {
public:
    int fail_at = 0;  ///< 0: never
    int done = 0;
    std::vector<std::string> journal;

    int create(const fs::path& path) override {
        step("create " + relative(path));
        return file_system().create(path);
    }
    void write(int fd, std::string_view octets) override {
        step("write");
        file_system().write(fd, octets);
    }
    void write(int fd, const routing::Content& content, Span span) override {
        step("write");
        file_system().write(fd, content, span);
    }
    void sync(int fd) override {
        step("sync");
        file_system().sync(fd);
    }
    void close(int fd) override {
        file_system().close(fd);
        step("close");
    }
    void close_quietly(int fd) noexcept override { file_system().close_quietly(fd); }
    void rename(const fs::path& from, const fs::path& to) override {
        step("rename " + relative(to));
        file_system().rename(from, to);
    }
    void remove_quietly(const fs::path& path) noexcept override { file_system().remove_quietly(path); }
    bool make_directory(const fs::path& path) override {
        step("mkdir " + relative(path));
        return file_system().make_directory(path);
    }
    void sync_directory(const fs::path& path) override {
        step("syncdir " + relative(path));
        file_system().sync_directory(path);
    }

private:
    /// The last two parts, without the file's name.
    static std::string relative(const fs::path& path) {
        const fs::path directory = path.extension().empty() ? path : path.parent_path();
        return (directory.parent_path().filename() / directory.filename()).string();
    }
    void step(const std::string& what) {
        if (++done == fail_at) throw std::system_error(ENOSPC, std::generic_category(), what);
        journal.push_back(what);
    }
};

class MaildirTest : public testing::Test {
protected:
    MaildirTest() {
        mail.envelope.reverse_path = "ann@remote.example";
        mail.received_field = "Received: from client.example\r\n";
        mail.content = std::make_shared<routing::Content>(testing::TempDir());
        mail.content->append("Subject: hello\r\n\r\nbody\r\n");
    }

    void add(const std::string& account, const std::string& address) {
        routing::Recipient recipient;
        recipient.address = address;
        recipient.hosted = true;
        recipient.account = account;
        mail.envelope.recipients.push_back(recipient);
    }
    void deliver(MaildirDestination& destination) { destination.stage(mail, mail.envelope.recipients)->publish(); }

    std::vector<std::string> files(const std::string& account, const std::string& part) const {
        std::vector<std::string> result;
        if (!fs::exists(root / account / part)) return result;
        for (const auto& entry : fs::directory_iterator(root / account / part)) {
            std::ifstream in(entry.path(), std::ios::binary);
            result.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        }
        return result;
    }

    Poco::TemporaryFile folder;  ///< removed with all in it
    const fs::path root = fs::path(folder.path()) / "deep" / "mail";
    routing::AcceptedMail mail;
    const std::string stored =
        "Return-Path: <ann@remote.example>\r\nReceived: from client.example\r\nSubject: hello\r\n\r\nbody\r\n";
};

TEST_F(MaildirTest, MakesTheMaildirAndPutsTheMailIntoNew) {
    add("alice", "alice@example.org");
    MaildirDestination destination(root);
    deliver(destination);
    EXPECT_THAT(files("alice", "new"), ElementsAre(stored));
    EXPECT_THAT(files("alice", "tmp"), IsEmpty());
    EXPECT_TRUE(fs::is_directory(root / "alice" / "cur"));
}

TEST_F(MaildirTest, WritesTheNullReversePath) {
    add("alice", "alice@example.org");
    mail.envelope.reverse_path.clear();
    MaildirDestination destination(root);
    deliver(destination);
    ASSERT_THAT(files("alice", "new"), SizeIs(1));
    EXPECT_TRUE(files("alice", "new").front().starts_with("Return-Path: <>\r\nReceived:"));
}

TEST_F(MaildirTest, ReplacesTheReturnPathThatTheMailCameWith) {
    add("alice", "alice@example.org");
    mail.content = std::make_shared<routing::Content>(testing::TempDir());
    mail.content->append("Return-Path: <forged@remote.example>\r\nSubject: hello\r\n\r\nbody\r\n");
    MaildirDestination destination(root);
    deliver(destination);
    EXPECT_THAT(files("alice", "new"), ElementsAre(stored));
}

TEST_F(MaildirTest, OneCopyForEachMailbox) {
    add("alice", "alice@example.org");
    add("bob", "bob@example.org");
    add("alice", "sales@example.org");
    MaildirDestination destination(root);
    deliver(destination);
    EXPECT_THAT(files("alice", "new"), ElementsAre(stored));
    EXPECT_THAT(files("bob", "new"), ElementsAre(stored));
}

TEST_F(MaildirTest, StagedAloneNothingIsVisibleAndNothingIsLeft) {
    add("alice", "alice@example.org");
    MaildirDestination destination(root);
    {
        const auto staged = destination.stage(mail, mail.envelope.recipients);
        EXPECT_THAT(files("alice", "new"), IsEmpty());
        EXPECT_THAT(files("alice", "tmp"), ElementsAre(stored));
    }
    EXPECT_THAT(files("alice", "tmp"), IsEmpty());
}

TEST_F(MaildirTest, WithdrawTakesPublishedCopiesBack) {
    add("alice", "alice@example.org");
    add("bob", "bob@example.org");
    MaildirDestination destination(root);
    const auto staged = destination.stage(mail, mail.envelope.recipients);
    staged->publish();
    staged->withdraw();
    EXPECT_THAT(files("alice", "new"), IsEmpty());
    EXPECT_THAT(files("bob", "new"), IsEmpty());
}

TEST_F(MaildirTest, ComesBackWhenTheMaildirWasRemoved) {
    add("alice", "alice@example.org");
    MaildirDestination destination(root);
    deliver(destination);
    fs::remove_all(root);
    deliver(destination);
    EXPECT_THAT(files("alice", "new"), ElementsAre(stored));
}

TEST_F(MaildirTest, CompletesAMaildirThatIsThereInPart) {
    fs::create_directories(root / "alice" / "tmp");
    add("alice", "alice@example.org");
    MaildirDestination destination(root);
    deliver(destination);
    EXPECT_THAT(files("alice", "new"), ElementsAre(stored));
}

TEST_F(MaildirTest, SyncsTheFileBeforeTheRenameAndTheDirectoryAfterIt) {
    add("alice", "alice@example.org");
    FailingOperations operations;
    MaildirDestination destination(root, operations);
    deliver(destination);
    operations.journal.clear();
    deliver(destination);
    EXPECT_THAT(operations.journal, ElementsAre("create alice/tmp", "write", "write", "sync", "close",
                                                "rename alice/new", "syncdir alice/new"));
}

TEST_F(MaildirTest, SyncsEachParentThatGotAnEntry) {
    add("alice", "alice@example.org");
    fs::create_directories(root.parent_path());
    FailingOperations operations;
    MaildirDestination destination(root, operations);
    deliver(destination);
    EXPECT_THAT(
        std::vector(operations.journal.begin(), operations.journal.begin() + 8),
        ElementsAre("mkdir deep/mail", "syncdir " + root.parent_path().parent_path().filename().string() + "/deep",
                    "mkdir mail/alice", "mkdir alice/tmp", "mkdir alice/new", "mkdir alice/cur", "syncdir mail/alice",
                    "syncdir deep/mail"));
}

TEST_F(MaildirTest, WhateverOperationFailsNothingIsVisibleAndTheNextDeliveryWorks) {
    add("alice", "alice@example.org");
    add("bob", "bob@example.org");
    bool failed = true;
    for (int n = 1; failed; ++n) {
        SCOPED_TRACE("operation " + std::to_string(n));
        ASSERT_LT(n, 100);
        fs::remove_all(root);
        FailingOperations operations;
        MaildirDestination destination(root, operations);
        operations.fail_at = n;
        failed = false;
        try {
            deliver(destination);
        } catch (const std::system_error& e) {
            failed = true;
            EXPECT_EQ(e.code(), std::errc::no_space_on_device);
        }
        for (const char* account : {"alice", "bob"}) {
            EXPECT_THAT(files(account, "new"), SizeIs(failed ? 0 : 1));
            EXPECT_THAT(files(account, "tmp"), IsEmpty());
        }
        if (!failed) continue;
        operations.fail_at = 0;
        deliver(destination);
        EXPECT_THAT(files("alice", "new"), ElementsAre(stored));
        EXPECT_THAT(files("bob", "new"), ElementsAre(stored));
    }
}

}  // namespace
}  // namespace refserver::mailbox
