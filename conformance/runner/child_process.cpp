#include "runner/child_process.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace smtpspec::runner {
namespace {

using Clock = std::chrono::steady_clock;

/// Everything the child needs, made before the fork: between fork and exec of a program with threads only
/// async-signal-safe calls are allowed, and nothing may be changed that the parent sees.
struct Prepared {
    const char* executable;
    char* const* arguments;
    char* const* environment;
    const char* directory;
    int standard_output;
    int standard_error;
    pid_t parent;
    int error_pipe;
};

[[noreturn]] void become(const Prepared& what) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != what.parent) {
        ::_exit(127);
    }
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) {
        ::sigaction(number, &standard, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, 0);
    ::dup2(what.standard_output, 1);
    ::dup2(what.standard_error, 2);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (::chdir(what.directory) == 0) {
        ::execve(what.executable, what.arguments, what.environment);
    }
    const int error = errno;
    (void)!::write(what.error_pipe, &error, sizeof error);
    ::_exit(127);
}

/// vfork shares the memory until exec: a fork copies the page tables of this program, many pages for each server that
/// is started. No handler may run in that state, so that signals wait until the child has reset them all.
pid_t start(const Prepared& what) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    // What the analyzer wants is an exec at once; become() keeps to async-signal-safe calls on a frame of its own.
    const pid_t pid = ::vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork)
    if (pid == 0) {
        become(what);  // NOLINT(clang-analyzer-unix.Vfork)
    }
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return pid;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (std::string& string : strings) {
        out.push_back(string.data());
    }
    out.push_back(nullptr);
    return out;
}

int as_shell_sees_it(const siginfo_t& info) {
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

}  // namespace

ChildProcess::ChildProcess(const ChildOptions& options) : output_({options.standard_output, options.standard_error}) {
    std::string executable = options.executable.string();
    std::string directory = options.directory.string();
    std::vector<std::string> argument_texts = {executable};
    std::vector<std::string> environment_texts = options.environment;
    std::vector<char*> arguments = pointers(argument_texts);
    std::vector<char*> environment = pointers(environment_texts);

    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) {
        throw std::runtime_error(std::string("cannot start a program: ") + std::strerror(errno));
    }
    const UniqueFd error_in(pipe[0]);
    UniqueFd error_out(pipe[1]);
    const Prepared prepared{executable.c_str(),  arguments.data(),    environment.data(), directory.c_str(),
                            output_.entrance(0), output_.entrance(1), ::getpid(),         error_out.get()};
    pid_ = start(prepared);
    if (pid_ < 0) {
        throw std::runtime_error(std::string("cannot start a program: ") + std::strerror(errno));
    }
    output_.begin();
    ::setpgid(pid_, pid_);  // Whichever of the two is first: afterwards the group is there.
    error_out = UniqueFd();
    int error = 0;
    const ssize_t count = ::read(error_in.get(), &error, sizeof error);
    pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (count == sizeof error) {
        wait_until(Clock::time_point::max());
        throw std::runtime_error("cannot execute " + executable + ": " + std::strerror(error));
    }
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) {
        stop(std::chrono::milliseconds{0});
    }
}

std::optional<int> ChildProcess::wait_until(Clock::time_point deadline) {
    if (status_) {
        return status_;
    }
    pollfd entry{pidfd_.get(), POLLIN, 0};
    while (true) {
        const auto left = deadline == Clock::time_point::max()
                              ? std::int64_t{-1}
                              : std::max<std::int64_t>(
                                    0, std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count());
        const int ready = ::poll(&entry, 1, static_cast<int>(left));
        if (ready > 0) {
            break;
        }
        if (ready == 0 || errno != EINTR) {
            return std::nullopt;
        }
    }
    // WNOWAIT: as long as the leader is not reaped, its number stays the group's and nobody else can get it.
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) == 0) {
        status_ = as_shell_sees_it(info);
    }
    return status_;
}

void ChildProcess::signal(int number) const {
    ::kill(pid_, number);
}

void ChildProcess::signal_group(int number) const {
    ::kill(-pid_, number);
}

int ChildProcess::stop(std::chrono::milliseconds grace) {
    if (grace.count() > 0) {
        signal_group(SIGTERM);
        wait_until(Clock::now() + grace);
    }
    signal_group(SIGKILL);
    wait_until(Clock::time_point::max());
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED);
    pid_ = -1;
    return status_.value_or(127);
}

std::string describe_status(int status) {
    if (status > 128) {
        return "signal " + std::to_string(status - 128) + " (" + ::strsignal(status - 128) + ")";
    }
    return "exit status " + std::to_string(status);
}

}  // namespace smtpspec::runner
