#include "outgoing-mail/outgoing_mail.h"
#include "outgoing-mail/queue.h"
#include "outgoing-mail/requests.h"

#include <algorithm>
#include <stdexcept>

#include <unistd.h>

// What another process does to a queue.
namespace refserver::outgoing_mail {

namespace {

std::optional<QueueEntry> read_entry(const std::filesystem::path& path) {
    const auto mail = read_queue_file(path);
    if (!mail || mail->finished()) return std::nullopt;
    QueueEntry entry;
    entry.id = mail->id;
    entry.reverse_path = mail->envelope.reverse_path;
    entry.size = mail->message_size;
    entry.arrived = mail->arrived;
    entry.next_attempt = Time::max();
    for (std::size_t i = 0; i < mail->progress.size(); ++i) {
        const auto& p = mail->progress[i];
        if (!p.waiting) continue;
        entry.pending.push_back({mail->envelope.recipients[i].address, p.attempts, p.last_answer});
        entry.next_attempt = std::min(entry.next_attempt, p.due);
    }
    return entry;
}

// An id is a file name; nothing else may get into a path.
std::filesystem::path path_of(const std::filesystem::path& directory, const std::string& id) {
    const bool right = !id.empty() && id.find_first_not_of("0123456789ABCDEF") == std::string::npos;
    if (!right || !std::filesystem::exists(directory / "mail" / id)) throw std::runtime_error("no queued mail " + id);
    return directory / "mail" / id;
}

}  // namespace

std::vector<QueueEntry> list(const std::filesystem::path& directory) {
    std::vector<QueueEntry> entries;
    const auto mails = directory / "mail";
    if (!std::filesystem::exists(mails)) return entries;
    for (const auto& file : std::filesystem::directory_iterator(mails)) {
        if (auto entry = read_entry(file.path())) entries.push_back(std::move(*entry));
    }
    std::sort(entries.begin(), entries.end(), [](const QueueEntry& a, const QueueEntry& b) { return a.id < b.id; });
    return entries;
}

QueueEntry show(const std::filesystem::path& directory, const std::string& id) {
    auto entry = read_entry(path_of(directory, id));
    if (!entry) throw std::runtime_error("no queued mail " + id);
    return std::move(*entry);
}

void retry(const std::filesystem::path& directory, const std::string& id) {
    const auto path = path_of(directory, id);
    const auto lock = QueueLock::try_take(directory);
    if (!lock) return make_request(directory, "retry", id);
    const auto mail = read_queue_file(path);
    if (!mail) throw std::runtime_error("no queued mail " + id);
    std::string journal;
    for (std::size_t i = 0; i < mail->progress.size(); ++i) {
        auto p = mail->progress[i];
        p.due = mail->arrived;
        if (p.waiting) journal += encode_progress(i, p);
    }
    Files files;
    Queue{directory, files}.record(*mail, journal);
}

void remove(const std::filesystem::path& directory, const std::string& id) {
    const auto path = path_of(directory, id);
    const auto lock = QueueLock::try_take(directory);
    if (!lock) return make_request(directory, "remove", id);
    Files files;
    files.remove(path);
    files.sync_directory(directory / "mail");
}

}  // namespace refserver::outgoing_mail
