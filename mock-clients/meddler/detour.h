#pragma once

#include "meddler/fault.h"
#include "meddler/sockets.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace smtpspec::meddler {

/// Where a server behind the meddler listens, and where its next hop seems to: ports that stand for those of the
/// settings. The same port has the same stand-in as long as this object lives.
class StandIns {
public:
    /// For a port on which the server should listen.
    std::uint16_t of_service(std::uint16_t port);
    /// For a port of the next hop.
    std::uint16_t of_next_hop(std::uint16_t port);

private:
    std::map<std::uint16_t, std::pair<std::uint16_t, Descriptor>> services_;
    std::map<std::uint16_t, std::pair<std::uint16_t, Descriptor>> next_hops_;
};

/// What the meddler has to listen on, and what the server is told instead of its settings.
struct Detour {
    struct Listener {
        Address at;
        std::uint16_t onward = 0;  ///< port to connect to, at the address that the client has chosen
        bool implicit_tls = false;
        Side side = Side::clients;

        bool operator==(const Listener&) const;
    };
    std::vector<Listener> listeners;
    std::string settings;                                          ///< as TOML
    std::vector<std::pair<std::string, std::string>> environment;  ///< variables of the target that differ
};

/// `settings`: the text of a settings file. What in it is no TOML, or no port, is left for the server to judge.
Detour detour(const std::string& settings, StandIns&);

}  // namespace smtpspec::meddler
