#include "runner/activity.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace smtpspec::runner {
namespace fs = std::filesystem;
namespace {

using std::chrono::milliseconds;

std::string name_of(char state) {
    switch (state) {
        case 'R':
            return "runnable";
        case 'S':
            return "sleeping";
        case 'D':
            return "blocked in the kernel";
        case 'Z':
            return "ended";
        default:
            return std::string("in state ") + state;
    }
}

/// Nothing of a thread that has just ended.
std::optional<Activity> activity_of_thread(const fs::path& thread) {
    std::ifstream stat(thread / "stat");
    std::string line;
    std::getline(stat, line);
    // "ID (NAME) STATE …": the name may hold anything.
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    Activity out;
    fields >> out.state;
    for (int field = 4; field < 12; ++field) {
        std::int64_t unused = 0;
        fields >> unused;
    }
    fields >> out.faults_from_disk;
    std::ifstream schedule(thread / "schedstat");
    std::int64_t on_a_core_ns = 0, waiting_ns = 0;
    schedule >> on_a_core_ns >> waiting_ns;
    if (!fields || !schedule) {
        return std::nullopt;
    }
    out.on_a_core = std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(on_a_core_ns));
    out.waiting = std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(waiting_ns));
    return out;
}

/// Of two threads: one that is held up by the machine, then one that lives.
char more_telling(char a, char b) {
    constexpr std::string_view order = "DR";
    for (const char state : order) {
        if (a == state || b == state) {
            return state;
        }
    }
    return a == 0 || a == 'Z' ? b : a;
}

}  // namespace

std::optional<Activity> activity_of(pid_t pid) {
    Activity out;
    std::error_code gone;
    for (fs::directory_iterator it(fs::path("/proc") / std::to_string(pid) / "task", gone), end; !gone && it != end;
         it.increment(gone)) {
        if (const auto thread = activity_of_thread(it->path())) {
            out.state = more_telling(out.state, thread->state);
            out.on_a_core += thread->on_a_core;
            out.waiting += thread->waiting;
            out.faults_from_disk += thread->faults_from_disk;
        }
    }
    return out.state == 0 ? std::nullopt : std::optional(out);
}

std::string in_words(const Activity& it) {
    return name_of(it.state) + ", " + std::to_string(it.on_a_core.count()) + " ms on a core, " +
           std::to_string(it.waiting.count()) + " ms of waiting for one, " + std::to_string(it.faults_from_disk) +
           " page faults from the disk";
}

}  // namespace smtpspec::runner
