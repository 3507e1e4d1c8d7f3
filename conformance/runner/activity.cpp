#include "runner/activity.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace smtpspec::runner {
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

/// A program has no choice in these: it waits for a core, for the kernel, or for its other threads to be taken down.
bool is_no_rest(char state) {
    return state == 'R' || state == 'D' || state == 'Z';
}

}  // namespace

std::optional<Activity> activity_of(pid_t pid) {
    const auto process = std::filesystem::path("/proc") / std::to_string(pid);
    std::ifstream stat(process / "stat");
    std::string line;
    std::getline(stat, line);
    // "PID (NAME) STATE …": the name may hold anything.
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    Activity out;
    fields >> out.state;
    for (int field = 4; field < 12; ++field) {
        std::int64_t unused = 0;
        fields >> unused;
    }
    fields >> out.faults_from_disk;
    std::ifstream schedule(process / "schedstat");
    std::int64_t on_a_core_ns = 0, waiting_ns = 0;
    schedule >> on_a_core_ns >> waiting_ns;
    if (!fields || !schedule) {
        return std::nullopt;
    }
    out.on_a_core = std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(on_a_core_ns));
    out.waiting = std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(waiting_ns));
    return out;
}

std::string in_words(const Activity& it) {
    return name_of(it.state) + ", " + std::to_string(it.on_a_core.count()) + " ms on a core, " +
           std::to_string(it.waiting.count()) + " ms of waiting for one, " + std::to_string(it.faults_from_disk) +
           " page faults from the disk";
}

bool is_held_up(const Activity& it, milliseconds since_its_start, milliseconds limit) {
    if (since_its_start >= 10 * limit || it.on_a_core >= limit) {
        return false;
    }
    return is_no_rest(it.state) || since_its_start - it.waiting < limit;
}

}  // namespace smtpspec::runner
