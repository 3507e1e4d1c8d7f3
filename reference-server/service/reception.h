#pragma once

#include "service/ports.h"
#include "service/services.h"

#include <atomic>
#include <string>

namespace refserver::service {

/// What a new connection meets first: the access rules that disconnect at once (D23), then the cap of its port (D12),
/// then a session. Belongs to the first event loop.
class Reception {
public:
    Reception(net::EventLoops&, const Services&);

    void receive(const OpenPort&, net::Accepted);

private:
    struct Guest;

    void admit(Guest, net::ConnectionCap::Slot);
    void turn_away(Guest&, const std::string& event, std::string_view rule, const std::string& line);
    std::string next_id();
    LogFields fields(const Guest&) const;

    net::EventLoops& loops_;
    const Services& services_;
    std::uint64_t count_ = 0;
    const std::string run_;  ///< makes ids differ from those of an earlier run
};

}  // namespace refserver::service
