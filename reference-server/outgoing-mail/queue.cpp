#include "outgoing-mail/queue.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <random>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace refserver::outgoing_mail {

namespace {

std::string read_at(int fd, std::uint64_t offset, std::size_t at_most) {
    std::string out(at_most, '\0');
    std::size_t have = 0;
    while (have < at_most) {
        const ssize_t n = ::pread(fd, out.data() + have, at_most - have, static_cast<off_t>(offset + have));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw std::system_error(errno, std::generic_category(), "read");
        if (n == 0) break;
        have += static_cast<std::size_t>(n);
    }
    out.resize(have);
    return out;
}

std::uint64_t file_size(int fd) {
    const off_t end = ::lseek(fd, 0, SEEK_END);
    if (end < 0) throw std::system_error(errno, std::generic_category(), "seek");
    return static_cast<std::uint64_t>(end);
}

// Sorts by arrival, and cannot meet another one even when the clock is set back.
std::string new_id(Time now) {
    static thread_local std::random_device device;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    char text[32];
    std::snprintf(text, sizeof text, "%011llX%08X", static_cast<unsigned long long>(ms), device());
    return text;
}

}  // namespace

std::optional<QueuedMail> read_queue_file(const std::filesystem::path& path, std::uint64_t* journal_end) {
    const Descriptor fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd) return std::nullopt;
    const auto head = head_size(read_at(fd.get(), 0, first_line_size));
    if (!head) return std::nullopt;
    auto mail = decode_head(read_at(fd.get(), 0, *head));
    const auto size = file_size(fd.get());
    if (!mail || size < mail->journal_offset()) return std::nullopt;
    mail->id = path.filename();
    const auto consumed =
        apply_journal(*mail, read_at(fd.get(), mail->journal_offset(), size - mail->journal_offset()));
    if (journal_end) *journal_end = mail->journal_offset() + consumed;
    return mail;
}

// The names of new directories are synced as well: a queued mail is no safer than the way to it.
void Queue::make_directory(const std::filesystem::path& path) {
    if (path.empty() || std::filesystem::exists(path)) return;
    make_directory(path.parent_path());
    std::filesystem::create_directory(path);
    files_.sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

Queue::Queue(std::filesystem::path directory, Files& files) : directory_(std::move(directory)), files_(files) {
    for (const char* name : {"incoming", "mail", "requests"}) make_directory(directory_ / name);
}

std::vector<QueuedMail> Queue::recover(std::vector<std::string>& strange) {
    for (const auto& entry : std::filesystem::directory_iterator(incoming())) files_.remove(entry.path());
    std::vector<QueuedMail> mails;
    for (const auto& entry : std::filesystem::directory_iterator(directory_ / "mail")) {
        std::uint64_t journal_end = 0;
        auto mail = read_queue_file(entry.path(), &journal_end);
        if (!mail) {
            strange.push_back(entry.path().filename());
            continue;
        }
        if (mail->finished()) {
            files_.remove(entry.path());
            continue;
        }
        if (entry.file_size() > journal_end) {
            const Descriptor fd{files_.open_for_append(entry.path())};
            files_.truncate(fd.get(), journal_end);
        }
        mails.push_back(std::move(*mail));
    }
    return mails;
}

QueuedMail Queue::write(const routing::AcceptedMail& accepted, std::span<const routing::Recipient> recipients,
                        Time now) {
    QueuedMail mail;
    mail.id = new_id(now);
    mail.arrived = now;
    mail.envelope = accepted.envelope;
    mail.envelope.recipients.assign(recipients.begin(), recipients.end());
    mail.message_size = accepted.received_field.size() + accepted.content->size();
    mail.progress.assign(recipients.size(), Progress{true, 0, now, {}, false});
    if (accepted.content->failed()) throw std::system_error(accepted.content->error(), "content of the mail");

    const auto head = encode_head(mail);
    const Descriptor fd{files_.create(incoming() / mail.id)};
    try {
        files_.write(fd.get(), head + accepted.received_field);
        files_.write(fd.get(), *accepted.content);
        files_.sync(fd.get());
    } catch (...) {
        discard(mail);
        throw;
    }
    return mail;
}

void Queue::publish(const QueuedMail& mail) {
    files_.rename(incoming() / mail.id, path(mail.id));
    try {
        files_.sync_directory(directory_ / "mail");
    } catch (...) {
        ::unlink(path(mail.id).c_str());
        throw;
    }
}

void Queue::discard(const QueuedMail& mail) noexcept {
    ::unlink((incoming() / mail.id).c_str());
}

void Queue::record(const QueuedMail& mail, std::string_view lines) {
    const Descriptor fd{files_.open_for_append(path(mail.id))};
    // Two destinations of one mail may be written down at once; a torn record must not stand between whole ones.
    if (::flock(fd.get(), LOCK_EX) != 0) throw std::system_error(errno, std::generic_category(), "lock");
    const auto size = file_size(fd.get());
    try {
        files_.write(fd.get(), lines);
    } catch (...) {
        files_.truncate(fd.get(), size);
        throw;
    }
    files_.sync(fd.get());
}

void Queue::remove(const QueuedMail& mail) {
    files_.remove(path(mail.id));
}

Descriptor Queue::open(const QueuedMail& mail) const {
    Descriptor fd{::open(path(mail.id).c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd) throw std::system_error(errno, std::generic_category(), "open " + mail.id);
    return fd;
}

}  // namespace refserver::outgoing_mail
