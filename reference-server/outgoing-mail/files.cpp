#include "outgoing-mail/files.h"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

namespace refserver::outgoing_mail {

namespace {

int checked(int result, const char* operation, const std::string& subject) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), operation + (" " + subject));
    return result;
}

}  // namespace

int Files::create(const std::filesystem::path& path) {
    return checked(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600), "create", path);
}

int Files::open_for_append(const std::filesystem::path& path) {
    return checked(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC), "open", path);
}

void Files::write(int fd, std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t n = ::write(fd, octets.data(), octets.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw std::system_error(errno, std::generic_category(), "write");
        octets.remove_prefix(static_cast<std::size_t>(n));
    }
}

void Files::write(int fd, const routing::Content& content) {
    content.write_to(fd);
}

void Files::sync(int fd) {
    checked(::fdatasync(fd), "fdatasync", "");
}

void Files::truncate(int fd, std::uint64_t size) {
    checked(::ftruncate(fd, static_cast<off_t>(size)), "truncate", "");
}

void Files::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    checked(::rename(from.c_str(), to.c_str()), "rename", from);
}

void Files::remove(const std::filesystem::path& path) {
    checked(::unlink(path.c_str()), "remove", path);
}

void Files::sync_directory(const std::filesystem::path& path) {
    const Descriptor fd{checked(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path)};
    checked(::fsync(fd.get()), "fsync", path);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace refserver::outgoing_mail
