#pragma once

#include "outgoing-mail/destination_choice.h"
#include "outgoing-mail/stop_signal.h"
#include "settings/settings.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <Poco/Net/IPAddress.h>

namespace refserver::outgoing_mail {

using Addresses = std::variant<std::vector<Poco::Net::IPAddress>, Result>;

/// Where mail goes, by the settings: the relay host, an address literal, or what the DNS says (X16, X17). Blocks on
/// look-ups, and ends them early when the service stops. For one attempt on one thread. Never throws.
class NextHops {
public:
    NextHops(const settings::Settings&, const StopSignal&);

    /// `domain` is not looked at in relay mode. An address literal is its own host.
    Hosts hosts(const std::string& domain);
    /// Of a host that `hosts` named.
    Addresses addresses(const std::string& host);
    std::uint16_t port() const;

private:
    Lookup find(const std::string& name, RecordType);

    const settings::Settings& settings_;
    const StopSignal& stop_;
    std::unique_ptr<Resolver> resolver_;
    bool from_mx_ = false;
};

/// An address as text, or an address literal with its brackets (RFC 5321 §4.1.3).
std::optional<Poco::Net::IPAddress> parse_address(const std::string&);

}  // namespace refserver::outgoing_mail
