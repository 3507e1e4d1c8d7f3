#pragma once

#include "client/execute.h"

#include <exception>
#include <optional>
#include <string>

namespace smtpspec::client {

/// Thrown where a case is decided before its last statement.
struct CaseEnds : std::exception {
    CaseEnds(Outcome why, std::string text, bool lost = false)
        : outcome(why), reason(std::move(text)), connection_lost(lost) {}
    const char* what() const noexcept override { return reason.c_str(); }

    Outcome outcome;
    std::string reason;
    bool connection_lost;
    std::string missing;
};

}  // namespace smtpspec::client
