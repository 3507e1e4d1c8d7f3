#pragma once

#include "meddler/dialogue.h"

#include <functional>
#include <string>
#include <vector>

/// Wires that are wrong in exactly one way, for the proof that the conformance suite sees it at any server.
namespace smtpspec::meddler {

/// What is changed about the connection itself.
struct WireChanges {
    bool hides_client = false;          ///< all clients seem to come from 127.0.0.1
    bool keeps_server_waiting = false;  ///< the server does not learn that a client has gone
    bool stays_open = false;            ///< the client does not learn that the server has closed
};

/// Where the meddler stands.
enum class Side { clients, next_hop };

struct Fault {
    std::string name;                  ///< what it does on the wire
    std::vector<std::string> breaks;   ///< requirements, or D and X of the settings; the most telling first
    std::string what;                  ///< in a sentence
    std::function<Changes()> changes;  ///< for one connection; empty: none
    WireChanges wire{};
    Side side = Side::clients;
};
using Faults = std::vector<Fault>;

Faults all_faults();

Faults form_faults();        ///< of replies: their lines and octets
Faults reply_faults();       ///< codes and texts that belong to a command
Faults order_faults();       ///< replies late, lost, doubled, in another order
Faults hello_faults();       ///< the greeting, and what EHLO lists
Faults content_faults();     ///< the mail on its way in
Faults connection_faults();  ///< closes, resets, and who the client is
Faults next_hop_faults();    ///< the dialogue in which the server is the client

}  // namespace smtpspec::meddler
