#include "client/maildir_reader.h"

#include "client/testing/small_server.h"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>

namespace smtpspec::client {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MaildirReaderTest : public ::testing::Test {
protected:
    void put(const std::string& name, int second, const std::string& text = "x") {
        fs::create_directories((folder.path() / name).parent_path());
        std::ofstream(folder.path() / name, std::ios::binary) << text;
        fs::last_write_time(folder.path() / name, fs::file_time_type(std::chrono::seconds(second)));
    }
    std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& mail : reader.list()) result.push_back(mail.path.filename());
        return result;
    }

    testing::TemporaryFolder folder;
    MaildirReader reader{folder.path()};
};

TEST_F(MaildirReaderTest, of_a_maildir_that_is_not_there_is_empty) {
    EXPECT_THAT(MaildirReader(folder.path() / "absent").list(), IsEmpty());
}

TEST_F(MaildirReaderTest, lists_by_time_then_by_name) {
    put("new/b", 10);
    put("cur/a:2,S", 20);
    put("new/c", 5);
    put("cur/a", 10);
    put("tmp/d", 1);
    put("new/.hidden", 1);
    fs::create_directories(folder.path() / "new" / "folder");
    EXPECT_THAT(names(), ElementsAre("c", "a", "b", "a:2,S"));
}

TEST_F(MaildirReaderTest, reads_octets) {
    const std::string text("a\0\r\n\n\xFF", 6);
    put("new/a", 1, text);
    EXPECT_EQ(MaildirReader::read(reader.list()[0]), text);
    EXPECT_EQ(MaildirReader::read(reader.list()[0], 2), text.substr(0, 2));
    EXPECT_EQ(MaildirReader::read({folder.path() / "gone", 0}), "");
}

TEST_F(MaildirReaderTest, waits_for_a_mail_also_in_a_folder_that_is_made_meanwhile) {
    for (const bool prepared : {true, false}) {
        testing::TemporaryFolder other;
        if (prepared) {
            fs::create_directories(other.path() / "new");
            fs::create_directories(other.path() / "cur");
        }
        fs::create_directories(other.path() / "tmp");
        const MaildirReader waiting(other.path());
        std::atomic<bool> asked{false};
        std::thread deliverer([&] {
            while (!asked) std::this_thread::yield();
            std::ofstream(other.path() / "tmp" / "m") << "x";
            fs::create_directories(other.path() / "new");
            fs::rename(other.path() / "tmp" / "m", other.path() / "new" / "m");
        });
        const auto arrived = [&] {
            const bool there = !waiting.list().empty();
            asked = true;
            return there;
        };
        EXPECT_TRUE(waiting.wait_until(arrived, Patience(Milliseconds(5000))));
        deliverer.join();
    }
}

TEST_F(MaildirReaderTest, gives_up_waiting) {
    EXPECT_FALSE(reader.wait_until([] { return false; }, Patience(Milliseconds(50))));
}

}  // namespace
}  // namespace smtpspec::client
