#pragma once

#include <string>

namespace refserver::protocol {

/// RFC 5321 §4.1.2 Mailbox. The local part is kept as its value (quotes and quoted pairs removed); `to_string` quotes
/// it again where it must be. An address literal keeps its brackets in `domain`. `postmaster` without a domain has an
/// empty one.
struct Mailbox {
    std::string local_part;
    std::string domain;

    std::string to_string() const;
};

}  // namespace refserver::protocol
