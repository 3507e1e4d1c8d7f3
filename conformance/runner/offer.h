#pragma once

#include "client/execute.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// What a running server says of itself to a client that only asks.
struct Offer {
    bool starttls = false;
    bool login = false;                      ///< AUTH, in clear or inside TLS
    std::optional<std::int64_t> mail_size;   ///< octets, of SIZE (RFC 1870); nothing where there is no limit
    std::optional<std::int64_t> recipients;  ///< RCPTMAX of LIMITS (RFC 9422)
};

/// Asks by EHLO, and where STARTTLS is offered again inside TLS. A server that does not answer offers nothing. `stage`
/// says where: its incoming service.
Offer offer_of(const client::Stage&);

/// The first of these recipients that the incoming service accepts; empty where it accepts none. No mail is sent.
std::string first_accepted(const client::Stage&, const std::vector<std::string>& recipients);

}  // namespace smtpspec::runner
