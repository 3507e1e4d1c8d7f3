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

}  // namespace smtpspec::runner
