#pragma once

#include "access/access.h"
#include "net/octet_filter.h"
#include "protocol/session.h"
#include "routing/router.h"

#include <functional>
#include <memory>
#include <string>

namespace refserver::service {

struct Configuration;
struct PolicySources;

/// Stores a mail; blocks on the disk, on a worker's thread. A failure's reason goes to `why`.
using Commit = std::function<routing::CommitResult(const routing::AcceptedMail&, std::string& why)>;

/// Where whoever assembles a server can put a part of their own around one of the server's. What is empty changes
/// nothing.
struct Seams {
    /// Last word on each configuration before it takes effect, at start and reload.
    std::function<void(Configuration&)> configuration;
    /// For each connection: the policy that its session asks, from the one it would ask.
    std::function<std::unique_ptr<protocol::Policy>(std::unique_ptr<protocol::Policy>, const PolicySources&,
                                                    access::PortRoles, const access::IpAddress& client)>
        policy;
    /// Between a client and the session.
    net::MakeOctetFilter octets;
    /// Between this server, as a client, and a next hop.
    net::MakeOctetFilter next_hop_octets;
    /// Once.
    std::function<Commit(Commit)> commit;
};

}  // namespace refserver::service
