#include "runner/orphans.h"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace smtpspec::runner {
namespace {

/// Nothing forks faster for longer than this takes.
constexpr int rounds = 1000;

pid_t parent_of(const std::filesystem::path& process) {
    // A process that ends meanwhile fails the reading: a stream's own read() does not throw for that.
    std::ifstream in(process / "stat");
    std::array<char, 512> octets{};
    in.read(octets.data(), octets.size());
    const std::string_view stat(octets.data(), static_cast<std::size_t>(in.gcount()));
    // "PID (NAME) STATE PARENT …": the name may hold anything.
    const auto end = stat.rfind(')');
    pid_t parent = 0;
    if (end != std::string_view::npos && end + 4 < stat.size()) {
        std::from_chars(stat.data() + end + 4, stat.data() + stat.size(), parent);
    }
    return parent;
}

std::vector<pid_t> children() {
    std::vector<pid_t> out;
    std::error_code error;
    for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (name.find_first_not_of("0123456789") == std::string::npos && parent_of(entry->path()) == ::getpid()) {
            out.push_back(static_cast<pid_t>(std::stol(name)));
        }
    }
    return out;
}

}  // namespace

Orphanage::Orphanage() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void kill_descendants() {
    // The children of those who are killed come next.
    for (int i = 0; i < rounds; ++i) {
        const std::vector<pid_t> left = children();
        for (const pid_t pid : left) {
            ::kill(pid, SIGKILL);
        }
        for (const pid_t pid : left) {
            ::waitpid(pid, nullptr, 0);
        }
        if (left.empty()) {
            break;
        }
    }
}

Orphanage::~Orphanage() {
    kill_descendants();
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace smtpspec::runner
