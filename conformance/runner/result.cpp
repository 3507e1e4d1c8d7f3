#include "runner/result.h"

#include <algorithm>

namespace smtpspec::runner {

const char* to_string(Status status) {
    switch (status) {
        case Status::pass:
            return "pass";
        case Status::fail:
            return "fail";
        case Status::warn:
            return "warn";
        case Status::skip:
            return "skip";
        case Status::error:
            break;
    }
    return "error";
}

const char* to_string(SkipReason reason) {
    switch (reason) {
        case SkipReason::none:
            break;
        case SkipReason::unsupported_extension:
            return "unsupported-extension";
        case SkipReason::unsupported_setting:
            return "unsupported-setting";
        case SkipReason::mailbox_not_observable:
            return "mailbox-not-observable";
        case SkipReason::fixture_differs:
            return "fixture-differs";
        case SkipReason::excluded:
            return "excluded";
    }
    return "";
}

std::string Result::full_reason() const {
    const std::string words = skip == SkipReason::none ? reason
                              : reason.empty()         ? to_string(skip)
                                                       : std::string(to_string(skip)) + ": " + reason;
    return known.empty() ? words : "known failure (" + known + "): " + words;
}

std::size_t RunRecord::count(Status status) const {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [&](const Result& result) { return result.status == status; }));
}

}  // namespace smtpspec::runner
