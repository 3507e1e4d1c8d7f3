#pragma once

#include "net/octet_filter.h"
#include "routing/destination.h"
#include "settings/settings.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The outgoing mail service: a durable queue, its schedule, and the client that delivers to the next hop (X16 to X20).
namespace refserver::outgoing_mail {

/// One line of `queue list`.
struct QueueEntry {
    std::string id;
    std::string reverse_path;
    struct Pending {
        std::string address;
        std::uint32_t attempts = 0;
        std::string last_answer;
    };
    std::vector<Pending> pending;
    std::uint64_t size = 0;
    std::chrono::system_clock::time_point arrived;
    std::chrono::system_clock::time_point next_attempt;
};

using Log =
    std::function<void(const std::string& event, const std::vector<std::pair<std::string, std::string>>& fields)>;

/// The directory is self-contained: another process may list it, and ask for a retry or a removal, while a service runs
/// on it.
class Service : public routing::Destination {
public:
    /// Stops at once.
    ~Service() override = default;
    /// Takes mail that is on its way to mailboxes here; what it stages is the report of the delivery, and null where no
    /// sender asked for one (RFC 3461).
    virtual routing::Destination& delivery_reports() = 0;
    /// Takes new settings; a change of mode holds for all mail that is still waiting.
    virtual void reload(const settings::Settings&) = 0;
    /// Opens no more connections, and lets those in the middle of a mail finish it within `limit`. Staging and
    /// publishing go on working: the mail waits for the next start.
    virtual void stop(std::chrono::milliseconds limit) = 0;
};

/// Opens (or makes) the queue below `directory`, recovers what a crash left, and starts delivering on threads of its
/// own. `mailboxes` takes reports (RFC 3464) for hosted senders; `hosted` tells the account of an address, or
/// "". Both are called on those threads, and so is `log`, several at a time. All must outlive the service. Throws
/// std::system_error, and std::runtime_error when another service delivers from that queue.
/// `octets` puts something between this client and each next hop.
std::unique_ptr<Service> start(const std::filesystem::path& directory, const settings::Settings&,
                               routing::Destination& mailboxes,
                               std::function<std::string(const std::string& address)> hosted, Log,
                               net::MakeOctetFilter octets = {});

/// What waits, oldest first; nothing when there is no queue.
std::vector<QueueEntry> list(const std::filesystem::path& directory);
/// These throw std::runtime_error when there is no such mail.
QueueEntry show(const std::filesystem::path& directory, const std::string& id);
/// Makes the mail due now: a running service hears of it at once, otherwise the next one begins with it.
void retry(const std::filesystem::path& directory, const std::string& id);
/// Forgets the mail; nobody is told. What a connection is sending of it just now may still arrive.
void remove(const std::filesystem::path& directory, const std::string& id);

}  // namespace refserver::outgoing_mail
