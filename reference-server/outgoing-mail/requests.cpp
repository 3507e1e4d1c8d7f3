#include "outgoing-mail/requests.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace refserver::outgoing_mail {

namespace {

// A FIFO rather than inotify, of which a user can have few only: many servers may run side by side.
std::filesystem::path wake_path(const std::filesystem::path& queue_directory) {
    return queue_directory / "wake";
}

}  // namespace

std::optional<QueueLock> QueueLock::try_take(const std::filesystem::path& queue_directory) {
    const auto path = queue_directory / "lock";
    Descriptor fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!fd) throw std::system_error(errno, std::generic_category(), "open " + path.string());
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return QueueLock{std::move(fd)};
    if (errno == EWOULDBLOCK) return std::nullopt;
    throw std::system_error(errno, std::generic_category(), "lock " + path.string());
}

RequestWatch::RequestWatch(const std::filesystem::path& queue_directory) : directory_(queue_directory / "requests") {
    const auto path = wake_path(queue_directory);
    if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST)
        throw std::system_error(errno, std::generic_category(), "create " + path.string());
    // For writing too, so that it never is at its end.
    fifo_ = Descriptor{::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    if (!fifo_) throw std::system_error(errno, std::generic_category(), "open " + path.string());
}

void RequestWatch::handle(const std::function<void(const std::string&, const std::string&)>& act) {
    std::array<char, 512> octets;
    while (::read(fifo_.get(), octets.data(), octets.size()) > 0) {
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
    const Descriptor fifo{::open(wake_path(queue_directory).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
    // Fails when it is full, and then the service is awake anyway.
    [[maybe_unused]] const auto written = ::write(fifo.get(), "!", 1);
    using namespace std::chrono_literals;
    for (const auto end = std::chrono::steady_clock::now() + 2s; std::chrono::steady_clock::now() < end;) {
        if (!std::filesystem::exists(path)) return;
        std::this_thread::sleep_for(5ms);
    }
}

}  // namespace refserver::outgoing_mail
