#include "client/maildir_reader.h"

#include "client/descriptor.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

namespace smtpspec::client {

namespace {

constexpr std::int64_t nanoseconds = 1'000'000'000;
// Where the kernel gives no more watches, and for folders that are made meanwhile.
constexpr int look_again_ms = 20;

void list_folder(const std::filesystem::path& folder, std::vector<StoredMail>& found) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().filename().string().starts_with('.')) continue;
        struct stat status {};
        if (::stat(entry->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
        found.push_back({entry->path(), status.st_mtim.tv_sec * nanoseconds + status.st_mtim.tv_nsec});
    }
}

/// Sees that something changed in one of the folders.
class Watch {
public:
    explicit Watch(const std::filesystem::path& maildir) : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
        for (const char* folder : {"new", "cur"}) {
            const auto events = IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE;
            if (::inotify_add_watch(inotify_.get(), (maildir / folder).c_str(), events) < 0) complete_ = false;
        }
    }

    void wait(const Patience& patience) const {
        const int wait_ms = complete_ ? patience.poll_ms() : std::min(patience.poll_ms(), look_again_ms);
        if (!inotify_) {
            std::this_thread::sleep_for(Milliseconds(wait_ms));
            return;
        }
        pollfd waiting{inotify_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, wait_ms) <= 0) return;
        alignas(inotify_event) char events[4096];
        while (::read(inotify_.get(), events, sizeof events) > 0) {
        }
    }

private:
    Descriptor inotify_;
    bool complete_ = true;
};

}  // namespace

std::vector<StoredMail> MaildirReader::list() const {
    std::vector<StoredMail> found;
    list_folder(maildir_ / "new", found);
    list_folder(maildir_ / "cur", found);
    std::sort(found.begin(), found.end(), [](const StoredMail& a, const StoredMail& b) {
        return a.arrived_ns != b.arrived_ns ? a.arrived_ns < b.arrived_ns : a.path.filename() < b.path.filename();
    });
    return found;
}

bool MaildirReader::wait_until(const std::function<bool()>& enough, const Patience& patience) const {
    if (enough()) return true;
    const Watch watch(maildir_);
    while (!enough()) {
        if (patience.over()) return false;
        watch.wait(patience);
    }
    return true;
}

std::string MaildirReader::read(const StoredMail& mail, std::size_t most) {
    std::ifstream file(mail.path, std::ios::binary);
    std::string result;
    char octets[64 * 1024];
    while (result.size() < most && file) {
        file.read(octets, static_cast<std::streamsize>(std::min(sizeof octets, most - result.size())));
        result.append(octets, static_cast<std::size_t>(file.gcount()));
    }
    return result;
}

}  // namespace smtpspec::client
