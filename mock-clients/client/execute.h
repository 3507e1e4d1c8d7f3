#pragma once

#include "script/scenario.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

/// Plays one case against a running server and observes; it judges only whether an
/// observation is what the script expects. Levels, skips and reports are the runner's.
namespace smtpspec::client {

/// One event of a dialogue, in the order seen.
struct TranscriptEntry {
    std::int64_t at_ms = 0;  ///< since the case began
    std::string client;
    std::string direction;  ///< sent, received, opened, closed, tls, note
    std::string data;       ///< octets as they were; escaping is the reporter's
};

struct Account {
    std::string user;
    std::string password;
    std::string address;
};

/// How bytes are cut on their way (`--segmentation`).
enum class Segmentation { as_written, whole, lines, bytes, split_crlf, coalesced };

/// What the case needs from the next hop. Implemented in sink/.
class NextHop;

/// Starts, stops and reloads the server for cases that ask for it; the runner implements it.
class ServerControl {
public:
    virtual ~ServerControl() = default;
    /// Applies `name = value` to the settings file; effective with reload or start.
    virtual void change_setting(const std::string& name, const std::string& toml_value) = 0;
    virtual void reload() = 0;
    virtual void stop() = 0;
    virtual void kill() = 0;
    /// Thrown by start(): the target says that it cannot express the settings (status 77), with its words.
    struct CannotExpress : std::runtime_error {
        using std::runtime_error::runtime_error;
    };
    /// Throws std::runtime_error with the reason when the server does not get ready.
    virtual void start() = 0;
    struct Exit {
        bool exited = false;
        int status = 0;
        std::chrono::milliseconds after{0};
        std::string standard_error;
        std::string activity;  ///< of one that did not end: what its program was doing; may be empty
    };
    /// Starts and waits at most `limit` for the process to end. Status 77: the target cannot express the settings.
    virtual Exit start_expecting_failure(std::chrono::milliseconds limit) = 0;
};

/// Everything a case meets: made by the runner for one running case.
struct Stage {
    std::string incoming_address;  ///< where clients connect: never empty
    std::uint16_t incoming_port = 0;
    std::string outgoing_address;
    std::uint16_t outgoing_port = 0;
    std::uint16_t implicit_tls_port = 0;
    std::map<std::string, Account> accounts;       ///< role -> account, for hosted roles
    std::map<std::string, std::string> addresses;  ///< role -> address, for all roles
    std::map<std::string, std::string> names;      ///< primary_domain, local_domain, admin_email, marker, …
    std::map<std::string, std::string> settings;   ///< in effect: dotted name -> text as in the environment of a target
    std::optional<std::filesystem::path> maildir_root;  ///< nothing: mailboxes cannot be observed
    std::filesystem::path messages;                     ///< fixtures/messages
    NextHop* next_hop = nullptr;                        ///< null: cannot be observed
    ServerControl* server = nullptr;
    Segmentation segmentation = Segmentation::as_written;
    /// Addresses that may get mail, of a server that is not ours; nothing: no server of anybody else.
    std::optional<std::set<std::string>> may_get_mail;
    std::optional<script::Channel> channel;  ///< `--tls`: overrides the clients' own
    double timeout_scale = 1.0;
    const std::atomic<bool>* cancelled = nullptr;
};

enum class Outcome {
    passed,
    violated,       ///< an `S:` or a check did not hold
    inconclusive,   ///< a precondition did not hold, or the harness could not do its part
    not_offered,    ///< an extension that the case needs is not in the EHLO reply
    not_observable  ///< needs a mailbox, the next hop, control of the server, a permission or a setting that is not
                    ///< there
};

struct Played {
    Outcome outcome = Outcome::passed;
    /// One or two sentences: what was expected (in the author's words where there are some) and what came.
    std::string reason;
    std::string missing;  ///< not_offered: the keyword; not_observable: "mailbox", "sink", "server", "permission",
                          ///< "setting"
    std::optional<script::Position> at;  ///< the statement that did not hold
    /// Domain -> messages the next hop had got for it when the case passed. None may come later either: ask again
    /// before the server is stopped.
    std::map<std::string, std::size_t> sink_claims;
    bool connection_lost = false;  ///< the server closed, reset or refused where that was not expected
    std::vector<TranscriptEntry> transcript;
    std::chrono::milliseconds duration{0};
};

/// Plays the case from its first statement to the first that does not hold. Blocks; any number
/// may run at once in threads of their own. Never throws; bounded in time and memory whatever the
/// server does: 10 s for a reply, 64 KiB for one, 4 MiB for a transcript, each times timeout_scale.
Played play(const script::Case&, const Stage&);

}  // namespace smtpspec::client
