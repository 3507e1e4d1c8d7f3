#pragma once

#include "client/execute.h"

#include <mutex>
#include <string>

namespace smtpspec::runner {

/// A server that greets and then answers nothing, whatever it is told, is given the full time for some cases, and not
/// for thousands.
class SilencePolicy {
public:
    static constexpr int enough = 8;  ///< cases

    /// Why no further case is worth playing; empty as long as one is.
    std::string hopeless() const;
    void observe(const client::Played&);

private:
    mutable std::mutex mutex_;
    bool has_answered_ = false;
    int unanswered_ = 0;
};

}  // namespace smtpspec::runner
