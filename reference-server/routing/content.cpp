#include "routing/accepted_mail.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <new>

#include <fcntl.h>
#include <unistd.h>

namespace refserver::routing {
namespace {

constexpr std::size_t kept_in_memory = 256 * 1024;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int fd, std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t written = ::write(fd, octets.data(), octets.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write");
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
}

int open_unlinked(const std::string& directory) {
    const int unnamed = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (unnamed >= 0) return unnamed;
    // Not every file system can make a file without a name.
    if (errno != EOPNOTSUPP && errno != EISDIR) fail("temporary file");
    std::string name = directory + "/content.XXXXXX";
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named < 0) fail("temporary file");
    ::unlink(name.c_str());
    return named;
}

}  // namespace

Content::Content(std::string temporary_directory) : directory_(std::move(temporary_directory)) {}

Content::~Content() {
    if (file_ >= 0) ::close(file_);
}

void Content::append(std::string_view octets) noexcept {
    if (failed()) return;
    try {
        if (file_ < 0 && memory_.size() + octets.size() <= kept_in_memory) {
            memory_ += octets;
        } else {
            append_to_file(octets);
        }
        size_ += octets.size();
    } catch (const std::system_error& e) {
        error_ = e.code();
    } catch (const std::bad_alloc&) {
        error_ = std::make_error_code(std::errc::not_enough_memory);
    }
}

void Content::append_to_file(std::string_view octets) {
    if (file_ < 0) {
        file_ = open_unlinked(directory_);
        write_all(file_, memory_);
        std::string().swap(memory_);
    }
    write_all(file_, octets);
}

void Content::write_to(int fd, std::uint64_t from, std::uint64_t to) const {
    if (file_ < 0) {
        write_all(fd, std::string_view(memory_).substr(from, to - from));
        return;
    }
    std::array<char, 64 * 1024> buffer;
    while (from < to) {
        const std::size_t most = std::min<std::uint64_t>(buffer.size(), to - from);
        const ssize_t got = ::pread(file_, buffer.data(), most, static_cast<off_t>(from));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read of a temporary file");
        if (got == 0) throw std::system_error(EIO, std::generic_category(), "temporary file became shorter");
        write_all(fd, {buffer.data(), static_cast<std::size_t>(got)});
        from += static_cast<std::uint64_t>(got);
    }
}

std::string Content::read(std::uint64_t offset, std::size_t at_most) const {
    if (offset >= size_) return {};
    if (file_ < 0) return memory_.substr(offset, at_most);
    std::string result(std::min<std::uint64_t>(at_most, size_ - offset), '\0');
    std::size_t filled = 0;
    while (filled < result.size()) {
        const ssize_t got =
            ::pread(file_, result.data() + filled, result.size() - filled, static_cast<off_t>(offset + filled));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read of a temporary file");
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    result.resize(filled);
    return result;
}

}  // namespace refserver::routing
