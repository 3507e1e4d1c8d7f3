#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace smtpspec::runner {

/// What a program has done until now, as the kernel counts it: all its threads, without its children.
struct Activity {
    char state = 0;  ///< as in proc(5): D or R if a thread is so, else that of one that lives, Z of none
    std::chrono::milliseconds on_a_core{0};
    std::chrono::milliseconds waiting{0};  ///< for a core, while a thread could have run: the sum of all
    std::uint64_t faults_from_disk = 0;
};

/// Nothing when the kernel does not tell.
std::optional<Activity> activity_of(pid_t);

/// For a reason that people read: "sleeping, 11 ms on a core, 180 ms of waiting for one, 0 page faults from the disk".
std::string in_words(const Activity&);

/// Whether a program that has not ended this long after its start may yet do in time what it was given `limit` for: it
/// does not sleep of its own accord, has not used the limit up on a core, and was held up by a busy machine; or the
/// limit is not over without the time in which it waited for a core. Never so after ten times the limit.
bool is_held_up(const Activity&, std::chrono::milliseconds since_its_start, std::chrono::milliseconds limit);

}  // namespace smtpspec::runner
