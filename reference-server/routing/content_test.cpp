#include "routing/accepted_mail.h"

#include <filesystem>

#include <Poco/TemporaryFile.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace refserver::routing {
namespace {

std::string octets(std::size_t count) {
    std::string text(count, '\0');
    for (std::size_t i = 0; i < count; ++i) text[i] = static_cast<char>(i * 31 % 251);
    return text;
}

/// What write_to puts into a file.
std::string written(const Content& content) {
    const int fd = ::open(testing::TempDir().c_str(), O_TMPFILE | O_RDWR, 0600);
    content.write_to(fd);
    std::string result(static_cast<std::size_t>(::lseek(fd, 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(fd, result.data(), result.size(), 0), static_cast<ssize_t>(result.size()));
    ::close(fd);
    return result;
}

class ContentOfSize : public testing::TestWithParam<std::size_t> {};

TEST_P(ContentOfSize, IsReadBackAsItWasAppended) {
    const std::string expected = octets(GetParam());
    Content content(testing::TempDir());
    constexpr std::size_t piece = 10'007;
    for (std::size_t at = 0; at < expected.size(); at += piece) {
        content.append(std::string_view(expected).substr(at, piece));
    }
    ASSERT_FALSE(content.failed());
    EXPECT_EQ(content.size(), expected.size());
    EXPECT_EQ(written(content), expected);
    EXPECT_EQ(content.read(0, expected.size() + 1), expected);
    EXPECT_EQ(content.read(expected.size() / 2, 100), expected.substr(expected.size() / 2, 100));
    EXPECT_EQ(content.read(expected.size(), 1), "");
    EXPECT_EQ(content.read(expected.size() + 1, 1), "");
}

INSTANTIATE_TEST_SUITE_P(AroundTheMemoryLimit, ContentOfSize,
                         testing::Values(0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3'000'000));

TEST(Content, LeavesNoNameInTheDirectory) {
    Poco::TemporaryFile directory;
    directory.createDirectory();
    Content content(directory.path());
    content.append(octets(1'000'000));
    EXPECT_FALSE(content.failed());
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Content, RemembersThatTheFileCouldNotBeMade) {
    Content content("/nonexistent/directory");
    content.append("small");
    EXPECT_FALSE(content.failed());
    content.append(octets(300'000));
    EXPECT_TRUE(content.failed());
    EXPECT_EQ(content.error(), std::errc::no_such_file_or_directory);
    content.append("more");
    EXPECT_EQ(content.size(), 5U);
}

TEST(Content, ReportsAFullDisk) {
    Content content(testing::TempDir());
    content.append("a");
    const int full = ::open("/dev/full", O_WRONLY);
    EXPECT_THROW(content.write_to(full), std::system_error);
    ::close(full);
}

}  // namespace
}  // namespace refserver::routing
