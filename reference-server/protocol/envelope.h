#pragma once

#include "protocol/mailbox.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace refserver::protocol {

/// RFC 5321 §4.1.1.2; empty: the null reverse-path `<>`.
struct ReversePath {
    std::optional<Mailbox> mailbox;
};

enum class BodyType { seven_bit, eight_bit_mime, binary_mime };

struct EnvelopeRecipient {
    Mailbox mailbox;
    bool hosted = false;
    std::string account;             ///< user of the hosted account
    std::string notify;              ///< RFC 3461 NOTIFY as given, upper case
    std::string original_recipient;  ///< RFC 3461 ORCPT, decoded: `rfc822;ann@example.org`
};

/// RFC 2852.
struct DeliverBy {
    std::chrono::seconds within{0};
    std::chrono::system_clock::time_point time;
    bool or_return = false;  ///< mode R; else N: the sender is told, and delivery goes on
    bool trace = false;
};

/// What MAIL and RCPT said.
struct Envelope {
    ReversePath reverse_path;
    std::vector<EnvelopeRecipient> recipients;
    BodyType body = BodyType::seven_bit;
    std::optional<std::uint64_t> announced_size;  ///< RFC 1870
    bool smtputf8 = false;                        ///< RFC 6531
    bool require_tls = false;                     ///< RFC 8689
    std::optional<int> asked_priority;            ///< RFC 6710, as given: it stands in the trace field
    int priority = 0;                             ///< what this mail goes on with
    std::optional<DeliverBy> deliver_by;
    std::string ret;          ///< RFC 3461 RET: FULL, HDRS or empty
    std::string envelope_id;  ///< RFC 3461 ENVID, decoded
    std::string auth;         ///< RFC 4954 §5 AUTH=, decoded
};

}  // namespace refserver::protocol
