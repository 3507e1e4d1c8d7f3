#pragma once

#include "sink/dns_message.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace smtpspec::sink {

/// What the DNS server knows. A name at or below `remote.example` of which nothing was told has the address 127.0.0.2;
/// any other unknown name does not exist. Safe for any number of threads.
class DnsZone {
public:
    /// `kind` and `value` as in a zone file. Throws std::invalid_argument.
    void add(const std::string& name, const std::string& kind, const std::string& value);
    void fails(const std::string& name);
    void does_not_exist(const std::string& name);
    void forget(const std::string& domain);

    /// An alias is followed, as a recursive server does.
    DnsReply lookup(const std::string& name, std::uint16_t type) const;

private:
    struct Name {
        DnsCode code = DnsCode::no_error;
        std::vector<DnsAnswer> records;
    };
    Name& told(const std::string& name);
    Name known(const std::string& name) const;

    mutable std::mutex mutex_;
    std::map<std::string, Name> names_;
};

}  // namespace smtpspec::sink
