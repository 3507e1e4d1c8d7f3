#pragma once

#include "outgoing-mail/dns_answer.h"
#include "outgoing-mail/stop_signal.h"

#include <string>
#include <vector>

struct ares_channeldata;

namespace refserver::outgoing_mail {

struct Lookup {
    enum class Status {
        found,
        no_records,    ///< the name exists, or may: it has no record of this type
        no_such_name,  ///< NXDOMAIN
        failed,        ///< no server gave an answer: nothing is known
    };
    Status status = Status::failed;
    std::vector<DnsRecord> records;
    std::string reason;  ///< when failed
};

/// Asks the DNS. Blocks; made for one use on one thread.
class Resolver {
public:
    /// `servers` as in settings `dns_hosts`; empty: the system's. Throws std::runtime_error when one is wrong.
    Resolver(const std::vector<std::string>& servers, const StopSignal&);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// Aliases are followed, over several questions if need be. Ends as `failed` when the service stops. Never throws.
    Lookup find(const std::string& name, RecordType);

private:
    struct Answer;
    Answer ask(const std::string& name, RecordType);
    void wait();

    const StopSignal& stop_;
    ares_channeldata* channel_ = nullptr;
};

}  // namespace refserver::outgoing_mail
