#pragma once

#include "net/event_loops.h"
#include "net/worker_pool.h"
#include "routing/router.h"
#include "service/log.h"
#include "service/policy.h"
#include "service/seams.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace refserver::service {

class SmtpConversation;

/// The conversations of each event loop, for what concerns all of them: a reload, the end. Each loop's set belongs to
/// its thread.
class Conversations {
public:
    explicit Conversations(net::EventLoops& loops) : loops_(loops), sets_(loops.size()) {}

    /// Called on the conversation's loop.
    void add(SmtpConversation&, std::size_t loop);
    void remove(SmtpConversation&, std::size_t loop);
    /// Runs `action` for each conversation, on the loop of each, soon.
    void for_each(const std::function<void(SmtpConversation&)>& action);
    /// Calls `action` on the first loop as soon as there is no conversation.
    void when_none_is_left(std::function<void()> action);

private:
    void check();

    net::EventLoops& loops_;
    std::vector<std::set<SmtpConversation*>> sets_;
    std::atomic<std::size_t> count_{0};
    std::atomic<bool> waiting_for_none_{false};
    std::function<void()> none_left_;
};

/// What all conversations share.
struct Services {
    Log& log;
    PolicySources& sources;
    Conversations& conversations;
    const Seams& seams;
    Commit commit;
    net::WorkerPool& commits;
    net::WorkerPool& logins;
    std::filesystem::path temporary_directory;  ///< for the content of large mails
};

}  // namespace refserver::service
