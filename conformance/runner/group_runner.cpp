#include "runner/group_runner.h"

#include "runner/settings.h"
#include "runner/text.h"

#include <algorithm>

namespace smtpspec::runner {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How long a lost connection may come before the end of the process that caused it.
constexpr milliseconds death_follows_within{300};

bool for_everybody(const script::Act& act) {
    const auto* rule = std::get_if<script::SinkRule>(&act);
    const auto* check = std::get_if<script::SinkDialogueCheck>(&act);
    return (rule && rule->role.empty()) || (check && check->role.empty());
}

bool needs_a_next_hop_of_its_own(const std::vector<script::Statement>& statements) {
    return std::any_of(statements.begin(), statements.end(), [](const script::Statement& statement) {
        const auto* repeat = std::get_if<script::Repeat>(&statement.act);
        return std::holds_alternative<script::SinkState>(statement.act) ||
               std::holds_alternative<script::SinkOffers>(statement.act) ||
               std::holds_alternative<script::SinkConnections>(statement.act) || for_everybody(statement.act) ||
               (repeat && needs_a_next_hop_of_its_own(repeat->body));
    });
}

}  // namespace

GroupRunner::GroupRunner(const Group& group, StageSet& set) : group_(group), set_(set) {}

void GroupRunner::start_once() {
    const std::lock_guard lock(mutex_);
    if (started_) {
        return;
    }
    started_ = true;
    try {
        if (needs_a_next_hop_of_its_own(group_.jobs.front().selected->scenario.statements)) {
            own_next_hop_ = set_.next_hop_of_its_own();
        }
        Surroundings around;
        around.free_port = [this] { return ports_.take(); };
        around.taken_port = [this] {
            taken_port_ = std::make_unique<TakenPort>();
            return taken_port_->port();
        };
        around.sink_port = next_hop().port();
        around.dns_port = next_hop().dns_port();
        around.certificates = set_.catalogue().certificates();
        // By user: the postmaster is in the file anyway, and may have a role as well.
        std::map<std::string, client::Account> by_user;
        by_user["postmaster"] = postmaster(group_.settings);
        for (const Job& job : group_.jobs) {
            for (const auto& [role, account] : cast(job.selected->scenario, job.number, group_.settings).accounts) {
                by_user[account.user] = account;
            }
        }
        std::vector<client::Account> accounts;
        for (const auto& [user, account] : by_user) {
            accounts.push_back(account);
        }
        TargetOptions target;
        target.executable = set_.options().target;
        target.programs = set_.options().programs;
        target.cancelled = set_.options().cancelled;
        server_ = std::make_unique<Server>(set_.new_folder(), group_.settings, accounts, around, target);
        if (group_.starts_server) {
            launch();
        }
    } catch (const std::exception& error) {
        start_ = {StartResult::Kind::exited, error.what(), ""};
    }
}

void GroupRunner::launch() {
    const auto began = Clock::now();
    if (const std::string hopeless = set_.start_policy().hopeless(); !hopeless.empty()) {
        start_ = {StartResult::Kind::not_ready, "not tried, after another start of this target failed: " + hopeless,
                  ""};
        return;
    }
    server_->set_ready_limit(set_.start_policy().limit());
    start_ = server_->launch();
    set_.start_policy().observe(start_, std::chrono::duration_cast<milliseconds>(Clock::now() - began));
    set_.saw_greeting(start_.greeting);
}

void GroupRunner::forget_traces(const Job& job) {
    const Cast roles = cast(job.selected->scenario, job.number, group_.settings);
    for (const std::string& domain : roles.remote_domains) {
        next_hop().forget(domain);
    }
    for (const auto& [role, account] : roles.accounts) {
        for (const char* part : {"new", "cur"}) {
            std::error_code ignored;
            for (const auto& mail :
                 std::filesystem::directory_iterator(server_->maildir_root() / account.user / part, ignored)) {
                std::filesystem::remove(mail, ignored);
            }
        }
    }
}

std::optional<Result> GroupRunner::not_startable(const Job& job) const {
    if (start_.kind == StartResult::Kind::ready) {
        return std::nullopt;
    }
    Result result = StageSet::blank(*job.selected);
    result.reason = start_.reason;
    if (start_.kind == StartResult::Kind::unsupported) {
        result.status = Status::skip;
        result.skip = SkipReason::unsupported_setting;
    }
    return result;
}

client::Stage GroupRunner::stage_for(const Job& job, const Cast& roles) {
    client::Stage stage = set_.blank_stage(job);
    const SettingMap& settings = server_->settings();
    stage.incoming_address = server_->incoming_address();
    stage.incoming_port = static_cast<std::uint16_t>(number(settings, "smtp.incoming.port"));
    stage.outgoing_address = server_->outgoing_address();
    stage.outgoing_port = static_cast<std::uint16_t>(number(settings, "smtp.outgoing.port"));
    stage.implicit_tls_port = static_cast<std::uint16_t>(number(settings, "tls.implicit_port"));
    stage.accounts = roles.accounts;
    stage.addresses = roles.addresses;
    const std::vector<std::string> domains = list(settings, "general.local_domains");
    stage.names["primary_domain"] = text(settings, "general.primary_domain");
    stage.names["local_domain"] = domains.empty() ? "" : domains.front();
    stage.names["admin_email"] = text(settings, "general.admin_email");
    stage.names["incoming_port"] = std::to_string(stage.incoming_port);
    stage.names["outgoing_port"] = std::to_string(stage.outgoing_port);
    for (const auto& [name, value] : settings) {
        stage.settings[name] = environment_text(value);
    }
    stage.maildir_root = server_->maildir_root();
    stage.next_hop = &next_hop();
    stage.server = server_.get();
    return stage;
}

std::optional<GroupRunner::Death> GroupRunner::death_since(std::size_t generation, bool connection_lost) {
    const std::lock_guard lock(mutex_);
    --running_;
    if (generation != generation_) {
        return last_death_;
    }
    const std::optional<int> status = server_->died(connection_lost ? death_follows_within : milliseconds{0});
    if (!status) {
        return std::nullopt;
    }
    ++generation_;
    last_death_ = {describe_status(*status), running_ + 1};
    server_->terminate();
    if (!group_.alone) {
        launch();
    }
    return last_death_;
}

Result GroupRunner::fail_of(const Job& job, client::Played played, const Death& death) const {
    Result result = set_.judged(*job.selected, std::move(played));
    const std::string seen = result.reason;
    result.status = Status::fail;
    result.skip = SkipReason::none;
    result.reason = "the server ended with " + death.how + " while this case ran";
    if (death.running > 1) {
        result.reason += " beside " + std::to_string(death.running - 1) + " others";
    }
    result.reason += seen.empty() ? "" : "; the case saw: " + seen;
    return result;
}

std::optional<Result> GroupRunner::play(const Job& job) {
    if (const auto channel = set_.options().channel) {
        if (const std::string why = not_over(*channel, job.selected->scenario, group_.settings); !why.empty()) {
            Result result = StageSet::blank(*job.selected);
            result.status = Status::skip;
            result.skip = SkipReason::fixture_differs;
            result.reason = why;
            return result;
        }
    }
    if (const std::string hopeless = set_.silence_policy().hopeless(); !hopeless.empty()) {
        Result result = StageSet::blank(*job.selected);
        result.reason = hopeless;
        return result;
    }
    start_once();
    std::size_t generation = 0;
    std::uintmax_t errors_before = 0;
    client::Stage stage;
    Cast roles;
    {
        const std::lock_guard lock(mutex_);
        if (auto result = not_startable(job)) {
            return result;
        }
        try {
            roles = cast(job.selected->scenario, job.number, server_->settings());
            stage = stage_for(job, roles);
        } catch (const std::exception& error) {
            Result result = StageSet::blank(*job.selected);
            result.reason = error.what();
            return result;
        }
        generation = generation_;
        errors_before = server_->errors_size();
        ++running_;
    }
    client::Played played = client::play(job.selected->scenario, stage);
    std::map<std::string, std::size_t> claims = std::move(played.sink_claims);
    const bool passed = played.outcome == client::Outcome::passed;
    const std::optional<Death> death = death_since(generation, played.connection_lost);
    Result result;
    bool suspect = false;
    if (death && !(passed && death->running > 1)) {
        result = fail_of(job, std::move(played), *death);
        suspect = death->running > 1;
    } else {
        result = set_.judged(*job.selected, std::move(played));
    }
    if (result.status != Status::pass && result.status != Status::skip) {
        result.server_errors = server_->errors_since(errors_before);
    }
    const std::lock_guard lock(mutex_);
    if (suspect) {
        suspects_.push_back({job, std::move(result)});
        return std::nullopt;
    }
    if (result.status == Status::pass && !claims.empty()) {
        claims_.push_back({job, std::move(claims), result});
    }
    return result;
}

std::vector<LateResult> GroupRunner::results_of_suspects() {
    std::vector<Suspect> suspects;
    suspects.swap(suspects_);
    std::vector<LateResult> results;
    const std::size_t deaths_before = generation_;
    for (const Suspect& suspect : suspects) {
        if (set_.cancelled()) {
            break;
        }
        forget_traces(suspect.job);
        results.push_back({suspect.job.number, *play(suspect.job)});
    }
    if (generation_ == deaths_before) {
        // Nobody kills the server alone, but together they did.
        for (std::size_t i = 0; i < results.size(); ++i) {
            results[i].result = suspects[i].result;
        }
    }
    return results;
}

std::vector<LateResult> GroupRunner::broken_claims() {
    std::vector<LateResult> results;
    for (Claim& claim : claims_) {
        for (const auto& [domain, count] : claim.mails) {
            const std::size_t now = next_hop().mails(domain, 0, milliseconds{0}).size();
            if (now <= count) {
                continue;
            }
            client::Played late;
            late.outcome = client::Outcome::violated;
            late.reason =
                "after the case had passed the next hop got " + std::to_string(now - count) + " more for " + domain;
            late.transcript = std::move(claim.result.transcript);
            late.duration = claim.result.duration;
            results.push_back({claim.job.number, set_.judged(*claim.job.selected, std::move(late))});
            break;
        }
    }
    return results;
}

std::vector<LateResult> GroupRunner::finish() {
    std::vector<LateResult> results = results_of_suspects();
    for (LateResult& broken : broken_claims()) {
        results.push_back(std::move(broken));
    }
    const std::lock_guard lock(mutex_);
    if (server_ && !set_.options().keep_work) {
        // A run of hundreds of servers needs the room of those at work only.
        const std::filesystem::path folder = server_->folder();
        server_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    server_.reset();
    for (const Job& job : group_.jobs) {
        for (const std::string& domain : cast(job.selected->scenario, job.number, group_.settings).remote_domains) {
            next_hop().forget(domain);
        }
    }
    own_next_hop_.reset();
    taken_port_.reset();
    return results;
}

}  // namespace smtpspec::runner
