#pragma once

#include "outgoing-mail/reply_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace refserver::outgoing_mail {

/// What a next hop announced in its EHLO reply (RFC 5321 §4.1.1.1).
struct NextHopOffers {
    bool pipelining = false;
    bool eight_bit_mime = false;
    bool smtputf8 = false;
    bool dsn = false;
    bool starttls = false;
    bool require_tls = false;
    bool mt_priority = false;
    bool deliver_by = false;
    std::uint64_t min_by_time = 0;  ///< seconds; what is in mode R must have so many left (RFC 2852 §3)
    bool chunking = false;
    bool binary_mime = false;
    bool auth = false;
    bool size = false;
    std::uint64_t max_size = 0;                   ///< 0: no limit told (RFC 1870 §4)
    std::optional<std::uint64_t> max_recipients;  ///< LIMITS RCPTMAX (RFC 9422)
    std::vector<std::string> auth_mechanisms;     ///< in upper case

    /// Keywords without regard to case; what is not understood is ignored.
    static NextHopOffers from_ehlo(const Reply&);
};

}  // namespace refserver::outgoing_mail
