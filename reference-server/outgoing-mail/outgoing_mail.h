#pragma once

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
    ~Service() override = default;
    /// Takes new settings; a change of mode holds for all mail that is still waiting.
    virtual void reload(const settings::Settings&) = 0;
    /// Stops taking connections up; finishes those in the middle of a mail within `limit`.
    virtual void stop(std::chrono::milliseconds limit) = 0;
};

/// Opens (or makes) the queue below `directory`, recovers what a crash left, and starts delivering on threads of its
/// own. `mailboxes` takes failure messages (RFC 3464) for hosted senders; `hosted` tells the account of an address, or
/// nothing.
std::unique_ptr<Service> start(const std::filesystem::path& directory, const settings::Settings&,
                               routing::Destination& mailboxes,
                               std::function<std::string(const std::string& address)> hosted, Log);

std::vector<QueueEntry> list(const std::filesystem::path& directory);
/// Throw std::runtime_error when there is no such mail.
QueueEntry show(const std::filesystem::path& directory, const std::string& id);
void retry(const std::filesystem::path& directory, const std::string& id);
void remove(const std::filesystem::path& directory, const std::string& id);

}  // namespace refserver::outgoing_mail
