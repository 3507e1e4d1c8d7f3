#include "protocol/extensions.h"

#include <algorithm>

namespace refserver::protocol {

/// RFC 9422 §4.2: six digits at most.
constinit const Extension extension::limits{
    .keyword = "LIMITS",
    .keyword_parameters =
        [](const SessionState& session) {
            return "RCPTMAX=" + std::to_string(std::min(session.facts->max_recipients, 999999U));
        },
};

}  // namespace refserver::protocol
