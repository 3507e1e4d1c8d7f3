#pragma once

#include "protocol/scanner.h"

#include <optional>
#include <string_view>
#include <vector>

namespace refserver::protocol::grammar {

/// esmtp-param of RFC 5321 §4.1.2. Views into the command line.
struct EsmtpParameter {
    std::string_view keyword;
    std::optional<std::string_view> value;
};

/// What follows the path: *(SP esmtp-param) up to the end. Nothing on a syntax error. Octets above 127 in values are
/// taken (RFC 6531 §3.3).
std::optional<std::vector<EsmtpParameter>> esmtp_parameters(Scanner&);

}  // namespace refserver::protocol::grammar
