#pragma once

#include "runner/casting.h"
#include "runner/job_runner.h"
#include "runner/stage_set.h"

#include <condition_variable>
#include <mutex>
#include <set>

namespace smtpspec::runner {

/// Runs jobs against a server that was there before (`--address`): it is taken as it is, so cases that need other
/// settings, or accounts that nobody told us of, are skipped. Mail goes only to those whom the user named.
class RunningServerRunner : public JobRunner {
public:
    explicit RunningServerRunner(StageSet&);

    std::optional<Result> play(const Job&) override;
    std::vector<LateResult> finish() override { return {}; }

    /// Why the server cannot be judged at all; empty when it greets.
    std::string unusable() const;

private:
    /// Accounts that no other running case has, as long as this object lives; shared when the server has no mailboxes
    /// that we could see.
    class Lease;

    /// What a case needs that is not there, and the option that would give it.
    struct Lack {
        std::string what;
        std::string remedy;
    };
    std::optional<Lack> lack_for(const script::Case&) const;

    client::Stage stage_to_ask(const Endpoint&) const;
    /// Without --settings: those that the server tells by what it offers.
    void look_at_settings();
    /// Every server has one (RFC 5321 §4.5.1): it plays the hosted roles where nobody was named, and gets no mail.
    void look_for_postmaster();
    const std::string& recipient() const { return server_.recipient.empty() ? postmaster_ : server_.recipient; }
    std::set<std::string> who_may_get_mail() const;
    std::string local_domain() const;
    Result judged(const SelectedCase&, client::Played) const;
    client::Stage stage_for(const Job&, const Cast&) const;

    StageSet& set_;
    RunningServer server_;
    std::string greeting_;
    std::string postmaster_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::set<std::size_t> leased_;
};

}  // namespace smtpspec::runner
