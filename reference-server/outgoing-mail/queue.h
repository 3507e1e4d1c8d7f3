#pragma once

#include "outgoing-mail/files.h"
#include "outgoing-mail/queue_file.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace refserver::outgoing_mail {

/// The durable queue as a directory.
///
/// Why files and not a database: the octets of a mail go to the disk once, and what acknowledges it is one sync of its
/// own file and one of a directory. Any number of threads do that at once and share the file system's journal commits,
/// where a database has one writer. A crash can only leave files in `incoming` (nobody was promised anything about
/// them) or a torn last line in a journal. And a mail can be read with `less`.
///
///     lock            held by the service that runs on the directory
///     incoming/ID     being written; removed at start
///     mail/ID         a queued mail: envelope, message, journal of what became of each recipient (queue_file.h)
///     requests/       what another process asks for (requests.h)
///     wake            a FIFO: tells the service of a request
///
/// Progress is appended to the mail's own file and synced, so that a crash between the next hop's 250 and the journal
/// repeats that one transaction, and nothing else.
///
/// All functions may be called by several threads at once; those for one mail are for the caller to keep apart, except
/// `record`. They throw std::system_error.
class Queue {
public:
    Queue(std::filesystem::path directory, Files&);

    /// Removes what was never acknowledged and reads all the rest. Files that are no queued mails are left alone and
    /// named in `strange`. For the start, before anything else.
    std::vector<QueuedMail> recover(std::vector<std::string>& strange);

    /// Writes and syncs a mail under a new id; nobody sees it yet.
    QueuedMail write(const routing::AcceptedMail&, std::span<const routing::Recipient>, Time now);
    /// Afterwards a crash does not lose it. When it throws, the mail is not visible.
    void publish(const QueuedMail&);
    /// Removes a mail that was written but not published.
    void discard(const QueuedMail&) noexcept;

    /// Appends these lines (encode_progress) to the journal.
    void record(const QueuedMail&, std::string_view lines);
    /// Not synced: after a power cut the mail may be back, and is then delivered once more, as after any crash between
    /// the next hop's 250 and this. A sync for each mail would cost more than the delivery.
    void remove(const QueuedMail&);

    /// A descriptor for reading the whole queue file.
    Descriptor open(const QueuedMail&) const;

    std::filesystem::path incoming() const { return directory_ / "incoming"; }

private:
    void make_directory(const std::filesystem::path&);
    std::filesystem::path path(const std::string& id) const { return directory_ / "mail" / id; }

    std::filesystem::path directory_;
    Files& files_;
};

/// Reads one queue file; nothing when it is gone or not a queued mail. `journal_end` is where whole records end.
std::optional<QueuedMail> read_queue_file(const std::filesystem::path&, std::uint64_t* journal_end = nullptr);

}  // namespace refserver::outgoing_mail
