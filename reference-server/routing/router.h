#pragma once

#include "routing/destination.h"

namespace refserver::routing {

enum class CommitResult {
    stored,
    no_space,  ///< 452 4.3.1
    failed,    ///< 451 4.3.0
};

/// Sends each recipient of a mail its way (D10): hosted ones to the mailboxes, the others to the queue. All or nothing:
/// everything is staged before anything is published.
class Router {
public:
    Router(Destination& mailboxes, Destination* queue) : mailboxes_(mailboxes), queue_(queue) {}
    /// Blocks on the disk. Never throws. The reason of a failure goes to `why`.
    CommitResult commit(const AcceptedMail&, std::string& why);

private:
    Destination& mailboxes_;
    Destination* queue_;
};

}  // namespace refserver::routing
