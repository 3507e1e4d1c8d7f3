#pragma once

#include "outgoing-mail/files.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

/// What another process may ask of the service that runs on a queue: files `requests/ID.retry` and
/// `requests/ID.remove`.
namespace refserver::outgoing_mail {

/// Held by whoever delivers from a queue, or changes it while nobody does.
class QueueLock {
public:
    /// Nothing when another process (or another service of this one) holds it. Throws std::system_error.
    static std::optional<QueueLock> try_take(const std::filesystem::path& queue_directory);

private:
    explicit QueueLock(Descriptor fd) : fd_(std::move(fd)) {}
    Descriptor fd_;
};

/// Hears of requests as they are made.
class RequestWatch {
public:
    /// Throws std::system_error.
    explicit RequestWatch(const std::filesystem::path& queue_directory);
    /// Readable when there may be requests.
    int fd() const { return fifo_.get(); }
    /// Handles all that have been made, those from before the watch too. `act` gets the kind and the queue id.
    void handle(const std::function<void(const std::string& kind, const std::string& id)>& act);

private:
    std::filesystem::path directory_;
    Descriptor fifo_;
};

/// Leaves a request, and waits until it has been handled, at most two seconds: then it stays for the service to find.
void make_request(const std::filesystem::path& queue_directory, const std::string& kind, const std::string& id);

}  // namespace refserver::outgoing_mail
