#pragma once

#include "access/access.h"
#include "protocol/session.h"
#include "routing/router.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace refserver::service {

struct Configuration;
struct PolicySources;

/// Stands between a connection and its session; the octets are those inside TLS. All calls for one connection come from
/// its loop.
class OctetFilter {
public:
    virtual ~OctetFilter() = default;
    /// What the session gets for what the client sent.
    virtual std::string received(std::string_view octets) = 0;
    /// What the client gets for what the session put out.
    virtual std::string sent(std::string_view octets) = 0;
};

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
    /// For each connection.
    std::function<std::unique_ptr<OctetFilter>()> octets;
    /// Once.
    std::function<Commit(Commit)> commit;
};

}  // namespace refserver::service
