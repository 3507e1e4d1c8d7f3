#include "outgoing-mail/queue.h"

#include "outgoing-mail/message_content.h"
#include "outgoing-mail/scratch_directory_test.h"

#include <cerrno>
#include <fstream>
#include <limits>
#include <sstream>
#include <system_error>

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ScratchDirectory;
using ::testing::SizeIs;

constexpr Time now{std::chrono::milliseconds{1'700'000'000'000}};

// The disk as it is, but for operation number `fails_at` (counted from 1), which fails without having been done.
class FailingFiles : public Files {
public:
    int fails_at = std::numeric_limits<int>::max();
    int operations = 0;

    int create(const std::filesystem::path& p) override { return count(), Files::create(p); }
    int open_for_append(const std::filesystem::path& p) override { return count(), Files::open_for_append(p); }
    void write(int fd, std::string_view octets) override {
        if (++operations == fails_at) {
            Files::write(fd, octets.substr(0, octets.size() / 2));  // a full disk takes a part
            throw std::system_error(ENOSPC, std::generic_category());
        }
        Files::write(fd, octets);
    }
    void write(int fd, const routing::Content& content) override { count(), Files::write(fd, content); }
    void sync(int fd) override { count(), Files::sync(fd); }
    void truncate(int fd, std::uint64_t size) override { count(), Files::truncate(fd, size); }
    void rename(const std::filesystem::path& a, const std::filesystem::path& b) override {
        count(), Files::rename(a, b);
    }
    void remove(const std::filesystem::path& p) override { count(), Files::remove(p); }
    void sync_directory(const std::filesystem::path& p) override { count(), Files::sync_directory(p); }

private:
    void count() {
        if (++operations == fails_at) throw std::system_error(EIO, std::generic_category());
    }
};

routing::AcceptedMail mail(const std::string& directory) {
    routing::AcceptedMail m;
    m.envelope.reverse_path = "ann@example.org";
    for (const char* address : {"bob@remote.example", "eve@remote.example"}) {
        routing::Recipient r;
        r.address = address;
        m.envelope.recipients.push_back(r);
    }
    m.received_field = "Received: here\r\n";
    m.content = std::make_shared<routing::Content>(directory);
    m.content->append("Subject: x\r\n\r\nbody\r\n");
    return m;
}

class QueueTest : public ::testing::Test {
protected:
    QueuedMail write(Queue& queue) {
        const auto m = mail(scratch_.path().string());
        return queue.write(m, m.envelope.recipients, now);
    }
    std::vector<QueuedMail> after_a_crash() {
        Files files;
        std::vector<std::string> strange;
        auto mails = Queue{directory_, files}.recover(strange);
        EXPECT_THAT(strange, IsEmpty());
        return mails;
    }
    bool incoming_is_empty() const { return std::filesystem::is_empty(directory_ / "incoming"); }

    ScratchDirectory scratch_;
    std::filesystem::path directory_ = scratch_.path() / "queue";
    FailingFiles files_;
};

TEST_F(QueueTest, KeepsAPublishedMail) {
    {
        Queue queue{directory_, files_};
        queue.publish(write(queue));
    }
    const auto mails = after_a_crash();
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_EQ(mails[0].envelope.reverse_path, "ann@example.org");
    EXPECT_EQ(mails[0].envelope.recipients[1].address, "eve@remote.example");
    const auto file = Queue{directory_, files_}.open(mails[0]);
    EXPECT_EQ(MessageSource(file.get(), mails[0].message_offset, mails[0].message_size).read(),
              "Received: here\r\nSubject: x\r\n\r\nbody\r\n");
}

TEST_F(QueueTest, ForgetsWhatWasNotPublished) {
    {
        Queue queue{directory_, files_};
        write(queue);
        EXPECT_FALSE(incoming_is_empty());
    }
    EXPECT_THAT(after_a_crash(), IsEmpty());
    EXPECT_TRUE(incoming_is_empty());
}

// Records which directories were synced.
class SyncedDirectories : public Files {
public:
    void sync_directory(const std::filesystem::path& path) override {
        synced.push_back(path);
        Files::sync_directory(path);
    }
    std::vector<std::filesystem::path> synced;
};

TEST_F(QueueTest, TheWayToANewQueueIsSynced) {
    SyncedDirectories files;
    const auto data = scratch_.path() / "data";
    const Queue queue{data / "queue", files};
    EXPECT_THAT(files.synced, ::testing::IsSupersetOf({scratch_.path(), data, data / "queue"}));
}

TEST_F(QueueTest, IdsDiffer) {
    Queue queue{directory_, files_};
    const auto one = write(queue), other = write(queue);
    EXPECT_NE(one.id, other.id);
}

// Whichever file operation fails: either the mail was acknowledged and is there after a crash, or it was not and is
// not.
TEST_F(QueueTest, NoFailureBreaksThePromise) {
    for (int n = 1;; ++n) {
        std::filesystem::remove_all(directory_);
        files_.fails_at = std::numeric_limits<int>::max();
        Queue queue{directory_, files_};
        files_.operations = 0;
        files_.fails_at = n;
        bool acknowledged = false;
        try {
            const auto m = write(queue);
            try {
                queue.publish(m);
                acknowledged = true;
            } catch (const std::system_error&) {
                queue.discard(m);
            }
        } catch (const std::system_error&) {
        }
        EXPECT_TRUE(incoming_is_empty()) << n;
        EXPECT_THAT(after_a_crash(), SizeIs(acknowledged ? 1 : 0)) << n;
        if (acknowledged) {
            EXPECT_GT(n, 4) << "create, write, write, sync, rename and sync of the directory were to fail before";
            break;
        }
    }
}

TEST_F(QueueTest, ProgressSurvives) {
    Queue queue{directory_, files_};
    auto m = write(queue);
    queue.publish(m);
    queue.record(m, encode_progress(0, {false, 1, now, "250 ok"}));
    queue.record(m, encode_progress(1, {true, 1, now + std::chrono::seconds{9}, "451 later"}));
    const auto mails = after_a_crash();
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_FALSE(mails[0].progress[0].waiting);
    EXPECT_TRUE(mails[0].progress[1].waiting);
    EXPECT_EQ(mails[0].progress[1].attempts, 1u);
    EXPECT_EQ(mails[0].progress[1].due, now + std::chrono::seconds{9});
}

// Whichever file operation of a record fails, those before and after it are not harmed.
TEST_F(QueueTest, AFailedRecordDoesNoHarm) {
    for (int n = 1;; ++n) {
        std::filesystem::remove_all(directory_);
        files_.fails_at = std::numeric_limits<int>::max();
        Queue queue{directory_, files_};
        auto m = write(queue);
        queue.publish(m);
        queue.record(m, encode_progress(0, {true, 1, now, "451 first"}));
        files_.operations = 0;
        files_.fails_at = n;
        bool failed = false;
        try {
            queue.record(m, encode_progress(0, {true, 2, now, "451 second"}));
        } catch (const std::system_error&) {
            failed = true;
        }
        files_.fails_at = std::numeric_limits<int>::max();
        queue.record(m, encode_progress(1, {false, 1, now, "250 third"}));
        const auto mails = after_a_crash();
        ASSERT_THAT(mails, SizeIs(1));
        EXPECT_FALSE(mails[0].progress[1].waiting) << n;
        EXPECT_GE(mails[0].progress[0].attempts, failed ? 1u : 2u) << n;
        if (!failed) {
            EXPECT_GT(n, 3) << "open, write and sync were to fail before";
            break;
        }
    }
}

TEST_F(QueueTest, RecoveryCutsATornRecordOff) {
    Queue queue{directory_, files_};
    auto m = write(queue);
    queue.publish(m);
    const auto path = directory_ / "mail" / m.id;
    std::ofstream(path, std::ios::app) << "done 0 1 170";
    EXPECT_THAT(after_a_crash(), SizeIs(1));
    queue.record(m, encode_progress(1, {false, 1, now, ""}));
    const auto mails = after_a_crash();
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_TRUE(mails[0].progress[0].waiting);
    EXPECT_FALSE(mails[0].progress[1].waiting);
}

TEST_F(QueueTest, RecoveryRemovesWhatWasFinished) {
    Queue queue{directory_, files_};
    auto m = write(queue);
    queue.publish(m);
    queue.record(m, encode_progress(0, {false, 1, now, ""}) + encode_progress(1, {false, 1, now, ""}));
    EXPECT_THAT(after_a_crash(), IsEmpty());
    EXPECT_TRUE(std::filesystem::is_empty(directory_ / "mail"));
}

TEST_F(QueueTest, RecoveryNamesAndKeepsWhatItCannotRead) {
    Queue queue{directory_, files_};
    std::ofstream(directory_ / "mail" / "notes") << "not a mail";
    std::vector<std::string> strange;
    EXPECT_THAT(queue.recover(strange), IsEmpty());
    EXPECT_THAT(strange, ElementsAre("notes"));
    EXPECT_TRUE(std::filesystem::exists(directory_ / "mail" / "notes"));
}

TEST_F(QueueTest, AMailWhoseContentFailedIsNotWritten) {
    Queue queue{directory_, files_};
    auto m = mail("/nonexistent");
    m.content->append(std::string(8u << 20, 'x'));  // more than is kept in memory
    ASSERT_TRUE(m.content->failed());
    EXPECT_THROW(queue.write(m, m.envelope.recipients, now), std::system_error);
    EXPECT_TRUE(incoming_is_empty());
}

}  // namespace
}  // namespace refserver::outgoing_mail
