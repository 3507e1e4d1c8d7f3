#pragma once

#include "client/execute.h"
#include "runner/network.h"
#include "runner/schedule.h"
#include "script/scenario.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// A server that runs already (`--address`).
struct RunningServer {
    Endpoint incoming;
    std::optional<Endpoint> outgoing;
    SettingMap settings;                                ///< composed from --settings, or the default fixture
    bool settings_given = false;                        ///< otherwise what the server offers tells what it can
    bool read_only = false;                             ///< --read-only: nobody gets mail
    std::vector<client::Account> accounts;              ///< from --accounts
    std::string recipient;                              ///< from --recipient: plays every hosted role
    std::optional<std::filesystem::path> maildir_root;  ///< from --maildir-root
};

struct RunOptions {
    std::filesystem::path target;
    std::optional<RunningServer> running;
    bool reference = false;  ///< the target is the bundled reference server
    std::filesystem::path programs;
    std::size_t jobs = 1;
    Shard shard;
    std::size_t repeat = 1;
    std::optional<std::uint64_t> seed;  ///< shuffled
    bool fail_fast = false;
    bool strict = false;
    bool keep_work = false;  ///< leaves the run's folder where it is
    double timeout_scale = 1.0;
    std::optional<script::Channel> channel;
    client::Segmentation segmentation = client::Segmentation::as_written;
    const std::atomic<bool>* cancelled = nullptr;
};

}  // namespace smtpspec::runner
