#pragma once

#include "meddler/fault.h"
#include "meddler/sockets.h"

#include <chrono>
#include <string>
#include <vector>

#include <poll.h>

namespace smtpspec::meddler {

/// A client's connection and the one to the server that belongs to it. Closes and resets of the one side become those
/// of the other.
class Pair {
public:
    using Clock = std::chrono::steady_clock;

    /// `patience`: how long a server that refuses the connection is asked again; it may be starting.
    Pair(Descriptor client, const Address& from, const Address& onward, Dialogue, const WireChanges&,
         std::chrono::milliseconds patience);

    void add_to(std::vector<pollfd>&) const;
    /// `events` are the two that add_to() appended.
    void serve(const pollfd* events);
    bool done() const { return done_; }
    bool connected() const { return connected_; }
    bool refused() const { return !server_ && !done_; }

private:
    void connect();
    void finish_connecting();
    void read_client();
    void read_server();
    void write_all();
    void pass_on_ends();
    void reset();

    Descriptor client_;
    Descriptor server_;
    Address from_;
    Address onward_;
    Dialogue dialogue_;
    WireChanges wire_;
    Clock::time_point give_up_;
    bool connected_ = false;
    bool client_ended_ = false;
    bool server_ended_ = false;
    bool told_client_ = false;
    bool told_server_ = false;
    bool done_ = false;
};

}  // namespace smtpspec::meddler
