#pragma once

#include "meddler/sockets.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace smtpspec::meddler {

/// The target behind the meddler, in our process group: whoever ends the group ends both.
class Target {
public:
    /// `environment`: on top of ours. Throws std::system_error when there is no process to be had.
    Target(const std::vector<std::string>& command,
           const std::vector<std::pair<std::string, std::string>>& environment);

    void signal(int number) const;
    /// Readable when the target has ended.
    int ended() const { return pidfd_.get(); }
    /// Its exit status as a shell sees it, when it has ended.
    std::optional<int> status();

private:
    pid_t pid_ = -1;
    Descriptor pidfd_;
};

}  // namespace smtpspec::meddler
