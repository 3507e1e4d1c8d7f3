#pragma once

#include "outgoing-mail/resolver.h"
#include "outgoing-mail/result.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace refserver::outgoing_mail {

/// The hosts that take mail for a destination, best first; or why there are none.
using Hosts = std::variant<std::vector<std::string>, Result>;

/// RFC 5321 §5.1, from what the look-up of the MX records of `domain` came to. `own_name` is this host: it and all that
/// are not preferred to it are left out. Hosts of equal preference come in the order that `seed` gives.
Hosts choose_hosts(const std::string& domain, const Lookup& mx, const std::string& own_name, std::uint32_t seed);

/// What the look-ups of a host's addresses (A and AAAA) come to when there are none. `is_mx`: an MX record names the
/// host.
Result no_address(const std::string& host, bool is_mx, const Lookup& v4, const Lookup& v6);

}  // namespace refserver::outgoing_mail
