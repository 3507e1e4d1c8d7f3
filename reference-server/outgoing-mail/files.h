#pragma once

#include "routing/accepted_mail.h"

#include <filesystem>
#include <string_view>

namespace refserver::outgoing_mail {

/// The file operations that the queue's promises rest on. Virtual so that tests can let the N-th one fail; each throws
/// std::system_error.
class Files {
public:
    virtual ~Files() = default;
    /// A new file for writing at its end; the caller closes the descriptor.
    virtual int create(const std::filesystem::path&);
    virtual int open_for_append(const std::filesystem::path&);
    virtual void write(int fd, std::string_view octets);
    virtual void write(int fd, const routing::Content&);
    /// The octets and the size are on stable storage.
    virtual void sync(int fd);
    virtual void truncate(int fd, std::uint64_t size);
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to);
    virtual void remove(const std::filesystem::path&);
    /// The names in the directory are on stable storage.
    virtual void sync_directory(const std::filesystem::path&);
};

/// Owns a file descriptor.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

}  // namespace refserver::outgoing_mail
