#include "runner/testing/program_run.h"

#include "runner/text.h"

#include <optional>
#include <stdexcept>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace smtpspec::runner {
namespace {

using Clock = std::chrono::steady_clock;

void redirect(const std::string& file, int as) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(fd, as);
}

[[noreturn]] void become(const ProgramRun& what) {
    for (const auto& [name, value] : what.environment) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    if (::chdir(what.folder.c_str()) != 0) {
        ::_exit(126);
    }
    int pipe[2];
    if (!what.standard_output.empty()) {
        redirect(what.standard_output, 1);
    } else if (::pipe(pipe) == 0) {
        ::close(pipe[0]);
        ::dup2(pipe[1], 1);
    }
    redirect("err", 2);
    if (what.longest_file != 0) {
        const rlimit limit{what.longest_file, what.longest_file};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        ::signal(SIGXFSZ, SIG_IGN);
    }
    std::vector<char*> argv = {const_cast<char*>(SMTPSPEC_PROGRAM)};
    for (const std::string& argument : what.arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    ::execv(SMTPSPEC_PROGRAM, argv.data());
    ::_exit(127);
}

std::string name_of(pid_t pid) {
    try {
        std::string words = read_file("/proc/" + std::to_string(pid) + "/cmdline");
        for (char& c : words) {
            c = c == '\0' ? ' ' : c;
        }
        return std::to_string(pid) + " " + words;
    } catch (const std::runtime_error&) {
        return std::to_string(pid);
    }
}

/// Waits for children of this process that were ended by a signal and are not gone yet; others go to `ended`.
void bury(std::chrono::milliseconds patience, std::vector<std::string>& ended) {
    const auto deadline = Clock::now() + patience;
    for (siginfo_t info{}; ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0; info = {}) {
        if (info.si_pid == 0) {
            if (Clock::now() > deadline) {
                return;
            }
            ::usleep(2000);
        } else if (info.si_code != CLD_KILLED) {
            ended.push_back(std::to_string(info.si_pid) + " (ended of itself)");
        }
    }
}

/// Children of this process, which are those that nobody else has any more, but for those that were ended by force.
std::vector<std::string> end_children() {
    std::vector<std::string> names;
    bury(std::chrono::seconds(1), names);
    // The children of those who are killed come next.
    for (std::string children; !(children = trimmed(read_file("/proc/thread-self/children"))).empty();) {
        for (const std::string& word : split(children, ' ')) {
            const auto pid = static_cast<pid_t>(std::stol(word));
            names.push_back(name_of(pid));
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
        }
    }
    return names;
}

}  // namespace

void ProgramRun::run() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t pid = ::fork();
    if (pid == 0) {
        become(*this);
    }
    const auto deadline = Clock::now() + limit;
    int words = 0;
    rusage used{};
    std::optional<Clock::time_point> signalled;
    auto next = again.begin();
    while (::wait4(pid, &words, WNOHANG, &used) == 0) {
        if (Clock::now() > deadline) {
            ::kill(pid, SIGKILL);
        }
        const bool wanted = signal_when_working != 0 && !signalled;
        if (wanted && std::filesystem::exists(folder / "working")) {
            ::kill(pid, signal_when_working);
            signalled = Clock::now();
        }
        for (; signalled && next != again.end() && Clock::now() >= *signalled + *next; ++next) {
            ::kill(pid, signal_when_working);
        }
        ::usleep(2000);
    }
    status = WIFEXITED(words) ? WEXITSTATUS(words) : 128 + WTERMSIG(words);
    peak_kilobytes = used.ru_maxrss;
    left_behind = end_children();
    out = std::filesystem::is_regular_file(folder / "out") ? file("out") : "";
    err = file("err");
}

std::string ProgramRun::file(const std::string& name) const {
    return read_file(folder / name);
}

}  // namespace smtpspec::runner
