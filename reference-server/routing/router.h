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
    /// `reports` gets what goes to mailboxes, and stages nothing (null) or a report of the delivery.
    Router(Destination& mailboxes, Destination* queue, Destination* reports = nullptr)
        : mailboxes_(mailboxes), queue_(queue), reports_(reports) {}
    /// Blocks on the disk. Never throws. The reason of a failure goes to `why`; so does, though the mail is stored, why
    /// a report could not be sent.
    CommitResult commit(const AcceptedMail&, std::string& why);

private:
    Destination& mailboxes_;
    Destination* queue_;
    Destination* reports_;
};

}  // namespace refserver::routing
