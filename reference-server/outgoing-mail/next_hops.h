#pragma once

#include "outgoing-mail/result.h"
#include "outgoing-mail/stop_signal.h"
#include "settings/settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <Poco/Net/IPAddress.h>

namespace refserver::outgoing_mail {

/// The hosts that take mail for a destination, best first; or why there are none.
using Hosts = std::variant<std::vector<std::string>, Result>;
using Addresses = std::variant<std::vector<Poco::Net::IPAddress>, Result>;

/// Where mail goes, by the settings: the relay host, an address literal, or what the DNS says (X16, X17). Blocks on
/// look-ups, and ends them early when the service stops. Never throws.
class NextHops {
public:
    NextHops(const settings::Settings&, const StopSignal&);

    /// `domain` is not looked at in relay mode.
    Hosts hosts(const std::string& domain) const;
    Addresses addresses(const std::string& host) const;
    std::uint16_t port() const;

private:
    const settings::Settings& settings_;
    const StopSignal& stop_;
};

/// An address as text, with or without the brackets of an address literal (RFC 5321 §4.1.3).
std::optional<Poco::Net::IPAddress> parse_address(const std::string&);

}  // namespace refserver::outgoing_mail
