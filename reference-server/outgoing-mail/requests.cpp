#include "outgoing-mail/requests.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace refserver::outgoing_mail {

std::optional<QueueLock> QueueLock::try_take(const std::filesystem::path& queue_directory) {
    const auto path = queue_directory / "lock";
    Descriptor fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!fd) throw std::system_error(errno, std::generic_category(), "open " + path.string());
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return QueueLock{std::move(fd)};
    if (errno == EWOULDBLOCK) return std::nullopt;
    throw std::system_error(errno, std::generic_category(), "lock " + path.string());
}

RequestWatch::RequestWatch(const std::filesystem::path& queue_directory)
    : directory_(queue_directory / "requests"), inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (!inotify_ || ::inotify_add_watch(inotify_.get(), directory_.c_str(), IN_MOVED_TO | IN_CREATE) < 0)
        throw std::system_error(errno, std::generic_category(), "watch " + directory_.string());
}

void RequestWatch::handle(const std::function<void(const std::string&, const std::string&)>& act) {
    alignas(inotify_event) std::array<char, 4096> events;
    while (::read(inotify_.get(), events.data(), events.size()) > 0) {
    }
    std::vector<std::filesystem::path> requests;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) requests.push_back(entry.path());
    for (const auto& path : requests) {
        const auto kind = path.extension().string();
        act(kind.empty() ? kind : kind.substr(1), path.stem());
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
}

void make_request(const std::filesystem::path& queue_directory, const std::string& kind, const std::string& id) {
    const auto path = queue_directory / "requests" / (id + '.' + kind);
    const Descriptor fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    if (!fd) throw std::system_error(errno, std::generic_category(), "create " + path.string());
    using namespace std::chrono_literals;
    for (const auto end = std::chrono::steady_clock::now() + 2s; std::chrono::steady_clock::now() < end;) {
        if (!std::filesystem::exists(path)) return;
        std::this_thread::sleep_for(5ms);
    }
}

}  // namespace refserver::outgoing_mail
