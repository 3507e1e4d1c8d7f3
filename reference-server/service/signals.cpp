#include "service/signals.h"

#include <cerrno>
#include <csignal>
#include <memory>
#include <system_error>

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace refserver::service {
namespace {

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    return set;
}

class SignalWatcher final : public net::Watcher {
public:
    SignalWatcher(int fd, std::function<void(int)> handler) : fd_(fd), handler_(std::move(handler)) {}
    ~SignalWatcher() override { ::close(fd_); }

    void ready(std::uint32_t) override {
        signalfd_siginfo info{};
        while (::read(fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
            handler_(static_cast<int>(info.ssi_signo));
        }
    }

private:
    int fd_;
    std::function<void(int)> handler_;
};

}  // namespace

void block_signals() {
    const sigset_t set = watched();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void watch_signals(net::EventLoop& loop, std::function<void(int)> handler) {
    const sigset_t set = watched();
    const int fd = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
    loop.adopt(std::make_unique<SignalWatcher>(fd, std::move(handler)), fd, EPOLLIN);
}

}  // namespace refserver::service
