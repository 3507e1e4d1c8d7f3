#pragma once

#include "meddler/detour.h"
#include "meddler/pair.h"

#include <list>
#include <vector>

#include <poll.h>

namespace smtpspec::meddler {

/// Listens for clients and, seen from the server, as its next hop, and changes what passes in the way of one fault.
class Meddler {
public:
    explicit Meddler(Fault fault) : fault_(std::move(fault)) {}

    /// From now on these and no others; who is connected stays. An address where somebody else listens is a
    /// std::system_error; one that is not ours is left for the server to complain of.
    void listen(const std::vector<Detour::Listener>&);
    void stop_listening() { listeners_.clear(); }

    /// Descriptors to wait for are added, and served in the same order. Milliseconds to wait at most, or -1.
    int add_to(std::vector<pollfd>&) const;
    void serve(const pollfd* events);
    /// What has been said already is sent; false when nothing is left to do.
    bool busy() const { return !pairs_.empty(); }

private:
    struct Open {
        Detour::Listener where;
        Descriptor socket;
    };
    void accept(const Open&);

    Fault fault_;
    std::list<Open> listeners_;
    std::list<Pair> pairs_;
};

}  // namespace smtpspec::meddler
