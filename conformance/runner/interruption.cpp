#include "runner/interruption.h"

#include "runner/orphans.h"

#include <chrono>

#include <signal.h>
#include <unistd.h>

namespace smtpspec::runner {
namespace {

/// timeout(1) sends its signal to the program and then to its group: that is one wish, not impatience.
constexpr std::chrono::seconds one_wish{1};

sigset_t those_that_end_a_run() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaddset(&set, number);
    }
    return set;
}

}  // namespace

Interruption::Interruption() {
    const sigset_t set = those_that_end_a_run();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    watcher_ = std::thread([this] { watch(); });
}

Interruption::~Interruption() {
    over_ = true;
    ::pthread_kill(watcher_.native_handle(), SIGHUP);
    watcher_.join();
    const sigset_t set = those_that_end_a_run();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Interruption::watch() {
    const sigset_t set = those_that_end_a_run();
    std::chrono::steady_clock::time_point first;
    int number = 0;
    while (::sigwait(&set, &number) == 0 && !over_) {
        const auto now = std::chrono::steady_clock::now();
        if (!happened_) {
            first = now;
            signal_ = number;
            happened_ = true;
        } else if (now - first > one_wish) {
            kill_descendants();
            ::_exit(128 + number);
        }
    }
}

}  // namespace smtpspec::runner
