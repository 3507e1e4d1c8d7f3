#include "mailbox/file_operations.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace refserver::mailbox {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

class FileSystem final : public FileOperations {
public:
    int create(const std::filesystem::path& path) override {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0) fail("create " + path.string());
        return fd;
    }

    void write(int fd, std::string_view octets) override {
        while (!octets.empty()) {
            const ssize_t written = ::write(fd, octets.data(), octets.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("write");
            octets.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    void write(int fd, const routing::Content& content, Span span) override {
        content.write_to(fd, span.from, span.to);
    }

    void sync(int fd) override {
        if (::fsync(fd) != 0) fail("fsync");
    }

    void close(int fd) override {
        if (::close(fd) != 0 && errno != EINTR) fail("close");
    }

    void close_quietly(int fd) noexcept override { ::close(fd); }

    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) fail("rename to " + to.string());
    }

    void remove_quietly(const std::filesystem::path& path) noexcept override { ::unlink(path.c_str()); }

    bool make_directory(const std::filesystem::path& path) override {
        if (::mkdir(path.c_str(), 0700) == 0) return true;
        if (errno != EEXIST) fail("mkdir " + path.string());
        return false;
    }

    void sync_directory(const std::filesystem::path& path) override {
        const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) fail("open " + path.string());
        if (::fsync(fd) != 0) {
            const int error = errno;
            ::close(fd);
            errno = error;
            fail("fsync " + path.string());
        }
        ::close(fd);
    }
};

}  // namespace

FileOperations& file_system() {
    static FileSystem instance;
    return instance;
}

}  // namespace refserver::mailbox
