#pragma once

#include "client/execute.h"
#include "runner/catalogue.h"
#include "runner/result.h"
#include "runner/run_options.h"
#include "runner/silence_policy.h"
#include "runner/start_policy.h"
#include "sink/next_hop.h"

#include <memory>
#include <mutex>
#include <string>

namespace smtpspec::runner {

/// What all groups of a run share: the catalogue, the options, the next hop, the run's folder.
class StageSet {
public:
    StageSet(const Catalogue&, const RunOptions&);
    ~StageSet();

    const std::filesystem::path& folder() const { return folder_; }
    const Catalogue& catalogue() const { return catalogue_; }
    const RunOptions& options() const { return options_; }
    StartPolicy& start_policy() { return start_policy_; }
    const SilencePolicy& silence_policy() const { return silence_policy_; }
    bool cancelled() const { return options_.cancelled && *options_.cancelled; }

    /// The next hop of all cases that do not need one of their own; started when first asked for.
    client::NextHop& next_hop();
    std::unique_ptr<client::NextHop> next_hop_of_its_own() const;

    /// A new folder for one server.
    std::filesystem::path new_folder();

    /// The result of a case that has not been judged yet.
    static Result blank(const SelectedCase&);
    /// What every stage of this run has, whatever the server.
    client::Stage blank_stage(const Job&) const;
    /// The verdict on what was played.
    Result judged(const SelectedCase&, client::Played) const;

    void saw_greeting(const std::string& line);
    std::string target_version() const;

private:
    const Catalogue& catalogue_;
    const RunOptions& options_;
    StartPolicy start_policy_;
    mutable SilencePolicy silence_policy_;
    std::filesystem::path folder_;
    std::string run_word_;  ///< begins each marker of the run

    mutable std::mutex mutex_;
    std::unique_ptr<client::NextHop> next_hop_;
    std::size_t folders_ = 0;
    std::string target_version_;
};

}  // namespace smtpspec::runner
