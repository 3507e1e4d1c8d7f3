#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace refserver::net {

/// Stands between a connection and what speaks on it; the octets are those inside TLS. All calls for one connection
/// come from one thread.
class OctetFilter {
public:
    virtual ~OctetFilter() = default;
    /// What the server of the dialogue gets for what the client sent.
    virtual std::string received(std::string_view octets) = 0;
    /// What the client of the dialogue gets for what the server sent.
    virtual std::string sent(std::string_view octets) = 0;
};

/// For each connection; empty: none stands between.
using MakeOctetFilter = std::function<std::unique_ptr<OctetFilter>()>;

}  // namespace refserver::net
