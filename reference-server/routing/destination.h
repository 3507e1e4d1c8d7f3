#pragma once

#include "routing/accepted_mail.h"

#include <memory>
#include <span>

namespace refserver::routing {

/// Copies that are on stable storage but that nobody sees yet. Destroyed unpublished, it leaves no trace.
class Staged {
public:
    virtual ~Staged() = default;
    /// Makes all of them visible, and durable: when it returns, a crash loses none. Throws std::system_error; then none
    /// is visible that this call made visible, as far as the file system allows.
    virtual void publish() = 0;
    /// Takes back what publish did, when another destination of the same mail failed. Never throws.
    virtual void withdraw() noexcept = 0;
};

/// Where mail goes: hosted mailboxes (mailbox/) or the queue (outgoing-mail/).
class Destination {
public:
    virtual ~Destination() = default;
    /// Writes and syncs the mail for these recipients. Blocks on the disk: called on the worker pool, by many threads
    /// at once. Throws std::system_error.
    virtual std::unique_ptr<Staged> stage(const AcceptedMail&, std::span<const Recipient> recipients) = 0;
};

}  // namespace refserver::routing
