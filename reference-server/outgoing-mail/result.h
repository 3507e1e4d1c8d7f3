#pragma once

#include <string>

namespace refserver::outgoing_mail {

enum class Outcome {
    delivered,  ///< the next hop has taken responsibility (RFC 5321 §4.2.5)
    temporary,  ///< try again after resend_delay
    permanent,  ///< never try again; the sender is told
    postponed,  ///< not tried at all in this transaction: try again at once, without counting an attempt
};

/// What one attempt came to for one recipient.
struct Result {
    Outcome outcome = Outcome::temporary;
    std::string answer;              ///< one line: the reply of the next hop, or what happened here
    std::string status;              ///< RFC 3463, such as "5.1.1"
    std::string host;                ///< the next hop that gave `answer`; empty: no host did
    bool dsn_passed_on = false;      ///< delivered to a host that keeps the promises of RFC 3461
    bool told_when_relayed = false;  ///< delivered, and the sender has asked with DELIVERBY to be told of that
};

}  // namespace refserver::outgoing_mail
