#pragma once

#include "outgoing-mail/outgoing_mail.h"
#include "outgoing-mail/scratch_directory_test.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace refserver::outgoing_mail::testing {

/// Things that happen on other threads, and those who wait for them: ten seconds at most.
template <class Thing>
class Happenings {
public:
    void add(Thing thing) {
        const std::lock_guard lock(mutex_);
        things_.push_back(std::move(thing));
        added_.notify_all();
    }
    std::vector<Thing> wait(std::size_t at_least) {
        return wait_until([&](const auto& things) { return things.size() >= at_least; });
    }
    template <class Predicate>
    std::vector<Thing> wait_until(Predicate right) {
        std::unique_lock lock(mutex_);
        added_.wait_for(lock, std::chrono::seconds{10}, [&] { return right(things_); });
        return things_;
    }

private:
    std::mutex mutex_;
    std::condition_variable added_;
    std::vector<Thing> things_;
};

/// Keeps what is published.
class Mailboxes : public routing::Destination {
public:
    struct Copy {
        std::string account;
        std::string reverse_path;
        std::string content;
    };
    std::unique_ptr<routing::Staged> stage(const routing::AcceptedMail&, std::span<const routing::Recipient>) override;

    Happenings<Copy> copies;
    std::atomic<int> failures{0};  ///< so many mails cannot be stored

private:
    class Stage;
};

/// A service on a queue of its own, in relay mode until told otherwise. alice@example.org is hosted.
class ServiceFixture : public ::testing::Test {
protected:
    ServiceFixture();

    void start();
    void restart();
    routing::AcceptedMail mail(const std::string& content = "Subject: test\r\n\r\nbody\r\n") const;
    void send(routing::AcceptedMail, const std::vector<std::string>& addresses);
    void send(const std::vector<std::string>& addresses) { send(mail(), addresses); }

    std::filesystem::path directory() const { return scratch_.path() / "queue"; }
    /// Waits until the log has told of the event so often; false when it takes too long.
    bool logged(const std::string& event, std::ptrdiff_t times = 1);

    ScratchDirectory scratch_;
    settings::Settings settings_;
    Mailboxes mailboxes_;
    Happenings<std::string> log_;
    std::unique_ptr<Service> service_;
};

}  // namespace refserver::outgoing_mail::testing
