#include "protocol/extensions.h"

#include <algorithm>

namespace refserver::protocol {

/// RFC 9422 §4.2: six digits at most.
constinit const Extension extension::limits{"LIMITS",
                                            always,
                                            [](const SessionState& session) {
                                                return "RCPTMAX=" +
                                                       std::to_string(std::min(session.facts->max_recipients, 999999U));
                                            },
                                            0,
                                            0,
                                            {}};

}  // namespace refserver::protocol
