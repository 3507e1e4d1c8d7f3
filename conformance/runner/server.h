#pragma once

#include "client/execute.h"
#include "runner/child_process.h"
#include "runner/network.h"
#include "runner/ports.h"
#include "runner/setting_value.h"
#include "runner/settings.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// What all servers of a run have in common.
struct TargetOptions {
    std::filesystem::path executable;
    std::filesystem::path programs;  ///< put in front of PATH
    std::chrono::milliseconds ready_limit{10000};
    std::chrono::milliseconds stop_grace{5000};
    const std::atomic<bool>* cancelled = nullptr;
};

/// How a start ended.
struct StartResult {
    enum class Kind { ready, unsupported, exited, not_ready, cancelled } kind = Kind::ready;
    std::string reason;    ///< for people; for `unsupported` the target's own words
    std::string greeting;  ///< of the incoming port
};

/// One server under test: its folder, its settings, its process.
class Server : public client::ServerControl {
public:
    /// Makes `folder` with the settings file, the accounts file, the Maildir root and the work directory.
    Server(std::filesystem::path folder, SettingMap composed, const std::vector<client::Account>& accounts,
           const Surroundings&, const TargetOptions&);
    ~Server() override;

    /// For the next launch.
    void set_ready_limit(std::chrono::milliseconds limit) { options_.ready_limit = limit; }
    StartResult launch();
    void terminate();

    /// The exit status when the process has ended without having been told to; waits for that a moment.
    std::optional<int> died(std::chrono::milliseconds moment);

    const SettingMap& settings() const { return settings_; }
    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path maildir_root() const { return folder_ / "mailboxes"; }
    std::string incoming_address() const;
    std::string outgoing_address() const;

    /// Length of what the server has written to standard error so far.
    std::uintmax_t errors_size() const;
    /// What it has written from there on, at most the last `limit` octets, whole lines.
    std::string errors_since(std::uintmax_t position, std::size_t limit = 4096) const;

    // client::ServerControl
    void change_setting(const std::string& name, const std::string& toml_value) override;
    void reload() override;
    void stop() override;
    void kill() override;
    void start() override;
    Exit start_expecting_failure(std::chrono::milliseconds limit) override;

private:
    std::vector<Endpoint> endpoints() const;
    bool may_disconnect_at_once() const;
    void write_settings() const;
    void execute();
    StartResult wait_until_ready();
    std::string first_error_line(std::uintmax_t position) const;

    std::filesystem::path folder_;
    SettingMap composed_;
    SettingMap settings_;
    Surroundings surroundings_;
    TargetOptions options_;
    std::unique_ptr<ChildProcess> process_;
    bool told_to_stop_ = false;
};

}  // namespace smtpspec::runner
