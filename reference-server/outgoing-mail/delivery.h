#pragma once

#include "outgoing-mail/backlog.h"
#include "outgoing-mail/outgoing_mail.h"
#include "outgoing-mail/relay_connection.h"

#include <functional>

namespace refserver::outgoing_mail {

/// What deliveries share.
struct DeliveryContext {
    Backlog& backlog;
    const Queue& queue;
    const TlsClient& tls;
    const StopSignal& stop;
    const net::MakeOctetFilter octets;
    Log log;
    /// Called when jobs wait anew: they may be due before whoever opens connections expects any.
    std::function<void()> waiting_changed;
    /// Tells the sender about these recipients where the sender is to be told; throws std::exception when that cannot
    /// be stored.
    std::function<void(const QueuedMail&, const std::vector<Ending>&)> tell;
};

/// One connection's life: finds the next hop, connects, delivers the assignment and then whatever else waits for the
/// same destination, and closes. Gives the connection back to the backlog. Never throws.
void deliver(const DeliveryContext&, Assignment first);

/// In place of `deliver`, when this computer has no means for a connection: the assignment waits for its next attempt.
void put_off(const DeliveryContext&, const Assignment&, const std::string& reason);

}  // namespace refserver::outgoing_mail
