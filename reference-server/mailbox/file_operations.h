#pragma once

#include "mailbox/return_path.h"
#include "routing/accepted_mail.h"

#include <filesystem>
#include <string_view>

namespace refserver::mailbox {

/// What delivery asks of the disk, one call each, so that tests can let any of them fail. All block and, unless marked
/// noexcept, throw std::system_error. Callable by many threads at once.
class FileOperations {
public:
    virtual ~FileOperations() = default;

    /// A new file for writing; an existing one is an error.
    virtual int create(const std::filesystem::path&) = 0;
    virtual void write(int fd, std::string_view octets) = 0;
    virtual void write(int fd, const routing::Content&, Span) = 0;
    virtual void sync(int fd) = 0;
    /// Closes whatever happens; an error that the file system kept until now is thrown (NFS, quotas).
    virtual void close(int fd) = 0;
    virtual void close_quietly(int fd) noexcept = 0;
    /// Within one file system; an existing target is replaced.
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    virtual void remove_quietly(const std::filesystem::path&) noexcept = 0;
    /// One level; false when it is there already.
    virtual bool make_directory(const std::filesystem::path&) = 0;
    /// Names made, renamed or removed in the directory before this call survive a crash after it.
    virtual void sync_directory(const std::filesystem::path&) = 0;
};

/// The real ones.
FileOperations& file_system();

}  // namespace refserver::mailbox
