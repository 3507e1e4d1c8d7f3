#pragma once

#include "runner/catalogue.h"
#include "runner/selection.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// One case to be run once.
struct Job {
    const SelectedCase* selected = nullptr;
    std::size_t number = 0;  ///< counts from 1; no two jobs of a run have the same
};

/// Jobs that share a server: equal settings. A case that needs it alone is a group of its own.
struct Group {
    SettingMap settings;  ///< composed, not yet resolved
    bool alone = false;
    bool starts_server = true;  ///< false: the case begins with a start-up that must fail
    std::vector<Job> jobs;
};

struct Shard {
    std::size_t index = 0;  ///< counts from 0
    std::size_t total = 1;
};

/// Reads "2/5" (counts from 1). Throws std::runtime_error.
Shard parse_shard(const std::string&);

/// The cases of this shard, `repeat` times each; excluded ones left out.
std::vector<Job> plan(const std::vector<SelectedCase>&, Shard, std::size_t repeat);

/// Groups in the order in which they are to be started: what takes long first (cases that need a server alone, then the
/// biggest groups). A channel is what `--tls` says. With a seed, groups and jobs in an order that depends on it alone.
std::vector<Group> group(const std::vector<Job>&, const Catalogue&, std::optional<script::Channel>,
                         std::optional<std::uint64_t> seed);

/// Why a case cannot be played over that channel; empty when it can. Implicit TLS is the outgoing service's alone.
std::string not_over(script::Channel, const script::Case&, const SettingMap& composed);

/// Whether the first thing the case does is a start-up that must fail.
bool begins_with_failing_start(const script::Case&);

}  // namespace smtpspec::runner
