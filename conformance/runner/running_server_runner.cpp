#include "runner/running_server_runner.h"

#include "client/applicability.h"
#include "runner/offer.h"
#include "runner/settings.h"
#include "runner/text.h"

#include <algorithm>
#include <chrono>

namespace smtpspec::runner {
namespace {

std::size_t hosted_roles(const script::Case& scenario) {
    return static_cast<std::size_t>(std::count_if(scenario.roles.begin(), scenario.roles.end(), [](const auto& entry) {
        return entry.second.kind == script::RoleKind::hosted;
    }));
}

Reliance reliance_of(const script::Case& scenario) {
    Reliance out{false, false, false, {}};
    for (const script::Client& one : scenario.clients) {
        out.incoming = out.incoming || one.to == script::PortRole::incoming;
        out.outgoing = out.outgoing || one.to != script::PortRole::incoming;
        out.implicit = out.implicit || one.to == script::PortRole::implicit || one.over == script::Channel::implicit;
    }
    for (const auto& [name, value] : scenario.settings) {
        out.set_by_case.insert(name);
    }
    return out;
}

/// What would let a case be played that was skipped.
std::string way_to_play(const client::Played& played, const RunningServer& server) {
    if (played.missing == "permission") {
        return server.read_only                                      ? "Without --read-only"
               : server.recipient.empty() && server.accounts.empty() ? "--recipient ADDRESS"
                                                                     : "--accounts FILE, with more addresses";
    }
    if (played.missing == "mailbox") {
        return "--accounts FILE and --maildir-root DIR";
    }
    return played.outcome == client::Outcome::not_observable ? "--target EXECUTABLE" : "";
}

bool shaped_roles(const script::Case& scenario) {
    return std::any_of(scenario.roles.begin(), scenario.roles.end(),
                       [](const auto& entry) { return !entry.second.local_part.raw.empty(); });
}

}  // namespace

class RunningServerRunner::Lease {
public:
    Lease(RunningServerRunner& runner, std::size_t wanted) : runner_(runner) {
        std::unique_lock lock(runner_.mutex_);
        const std::size_t total = runner_.server_.accounts.size();
        runner_.returned_.wait(lock, [&] { return total - runner_.leased_.size() >= wanted; });
        for (std::size_t i = 0; i < total && taken_.size() < wanted; ++i) {
            if (runner_.leased_.insert(i).second) {
                taken_.push_back(i);
            }
        }
    }
    ~Lease() {
        {
            const std::lock_guard lock(runner_.mutex_);
            for (const std::size_t i : taken_) {
                runner_.leased_.erase(i);
            }
        }
        runner_.returned_.notify_all();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    const client::Account& account(std::size_t i) const { return runner_.server_.accounts[taken_[i]]; }

private:
    RunningServerRunner& runner_;
    std::vector<std::size_t> taken_;
};

RunningServerRunner::RunningServerRunner(StageSet& set) : set_(set), server_(*set.options().running) {
    const auto limit = std::chrono::milliseconds(static_cast<int>(10000 * set.options().timeout_scale));
    const Probe seen = probe(server_.incoming, std::chrono::steady_clock::now() + limit);
    if (seen.greeting != Greeting::ready) {
        return;
    }
    greeting_ = seen.line;
    set_.saw_greeting(seen.line);
    if (!server_.settings_given) {
        look_at_settings();
    }
    if (server_.accounts.empty() && server_.recipient.empty()) {
        look_for_postmaster();
    }
}

client::Stage RunningServerRunner::stage_to_ask(const Endpoint& where) const {
    client::Stage stage;
    stage.incoming_address = where.address;
    stage.incoming_port = where.port;
    stage.timeout_scale = set_.options().timeout_scale;
    stage.cancelled = set_.options().cancelled;
    stage.may_get_mail.emplace();
    return stage;
}

void RunningServerRunner::look_at_settings() {
    SettingMap& settings = server_.settings;
    const Offer offer = offer_of(stage_to_ask(server_.incoming));
    if (offer.starttls) {
        settings["tls.certificate"] = std::string("offered");
    }
    if (offer.mail_size) {
        settings["general.max_mail_size"] = *offer.mail_size;
    }
    if (offer.recipients) {
        settings["smtp.max_recipients_per_mail"] = *offer.recipients;
    }
    bool login = offer.login;
    if (server_.outgoing) {
        login = offer_of(stage_to_ask(*server_.outgoing)).login;
    } else if (offer.login) {
        server_.outgoing = server_.incoming;
        settings["smtp.outgoing.port"] = std::string("incoming");
    }
    settings["smtp.outgoing.enabled"] = server_.outgoing.has_value();
    settings["smtp.outgoing.access.authentication"] = login;
}

void RunningServerRunner::look_for_postmaster() {
    const std::vector<std::string> words = split(greeting_, ' ');
    std::vector<std::string> candidates;
    if (words.size() > 1) {
        candidates.push_back("postmaster@" + words[1]);
        const auto dot = words[1].find('.');
        if (dot != std::string::npos && words[1].find('.', dot + 1) != std::string::npos) {
            candidates.insert(candidates.begin(), "postmaster@" + words[1].substr(dot + 1));
        }
    }
    postmaster_ = first_accepted(stage_to_ask(server_.incoming), candidates);
    if (const auto at = postmaster_.rfind('@'); at != std::string::npos && !server_.settings_given) {
        server_.settings["general.local_domains"] = std::vector<std::string>{postmaster_.substr(at + 1)};
    }
}

std::string RunningServerRunner::local_domain() const {
    const std::vector<std::string> domains = list(server_.settings, "general.local_domains");
    return domains.empty() ? text(server_.settings, "general.primary_domain") : domains.front();
}

std::set<std::string> RunningServerRunner::who_may_get_mail() const {
    std::set<std::string> addresses;
    if (!server_.read_only) {
        for (const client::Account& account : server_.accounts) {
            addresses.insert(account.address);
        }
        if (!server_.recipient.empty()) {
            addresses.insert(server_.recipient);
        }
    }
    return addresses;
}

std::string RunningServerRunner::unusable() const {
    return greeting_.empty() ? "no server greets with 220 at " + server_.incoming.address + " port " +
                                   std::to_string(server_.incoming.port)
                             : "";
}

std::optional<RunningServerRunner::Lack> RunningServerRunner::lack_for(const script::Case& scenario) const {
    const Catalogue& catalogue = set_.catalogue();
    const SettingMap usual = compose(catalogue.defaults(), catalogue.fixture("default"), {});
    const SettingMap wanted = compose(catalogue.defaults(), catalogue.fixture(scenario.fixture), scenario.settings);
    const Reliance reliance = reliance_of(scenario);
    if (reliance.outgoing && !server_.outgoing) {
        return Lack{"needs the outgoing port", "--outgoing-address HOST:PORT"};
    }
    if (const auto differs = difference(wanted, server_.settings, usual, reliance)) {
        return Lack{*differs, "--target EXECUTABLE"};
    }
    const std::size_t hosted = hosted_roles(scenario);
    if (hosted > 0 && server_.accounts.empty() && recipient().empty()) {
        return Lack{"needs a hosted account", "--recipient ADDRESS"};
    }
    if (shaped_roles(scenario)) {
        return Lack{"needs an account whose local part has a shape of its own", "--target EXECUTABLE"};
    }
    if (server_.accounts.empty() && needs_login(scenario)) {
        return Lack{"needs the login of a hosted account", "--accounts FILE"};
    }
    if (!server_.accounts.empty() && hosted > server_.accounts.size()) {
        return Lack{"needs " + std::to_string(hosted) + " hosted accounts, and --accounts names " +
                        std::to_string(server_.accounts.size()),
                    "--accounts FILE"};
    }
    return std::nullopt;
}

client::Stage RunningServerRunner::stage_for(const Job& job, const Cast& roles) const {
    client::Stage stage = set_.blank_stage(job);
    stage.incoming_address = server_.incoming.address;
    stage.incoming_port = server_.incoming.port;
    const Endpoint& outgoing = server_.outgoing ? *server_.outgoing : server_.incoming;
    stage.outgoing_address = outgoing.address;
    stage.outgoing_port = outgoing.port;
    stage.implicit_tls_port = static_cast<std::uint16_t>(number(server_.settings, "tls.implicit_port"));
    stage.accounts = roles.accounts;
    stage.addresses = roles.addresses;
    const std::vector<std::string> greeting = split(greeting_, ' ');
    stage.names["primary_domain"] =
        greeting.size() > 1 ? greeting[1] : text(server_.settings, "general.primary_domain");
    stage.names["local_domain"] = local_domain();
    stage.names["admin_email"] = text(server_.settings, "general.admin_email");
    stage.names["incoming_port"] = std::to_string(stage.incoming_port);
    stage.names["outgoing_port"] = std::to_string(stage.outgoing_port);
    for (const auto& [name, value] : server_.settings) {
        stage.settings[name] = environment_text(value);
    }
    stage.maildir_root = server_.maildir_root;
    stage.may_get_mail = who_may_get_mail();
    return stage;
}

std::optional<Result> RunningServerRunner::play(const Job& job) {
    const script::Case& scenario = job.selected->scenario;
    Result result = StageSet::blank(*job.selected);
    // What cannot be seen is no matter of settings, and said first.
    client::Stage onlooker;
    onlooker.maildir_root = server_.maildir_root;
    if (const auto ends = client::not_observable(scenario, onlooker)) {
        client::Played played;
        played.outcome = ends->outcome;
        played.missing = ends->missing;
        return judged(*job.selected, std::move(played));
    }
    if (const auto lack = lack_for(scenario)) {
        result.status = Status::skip;
        result.skip = SkipReason::fixture_differs;
        result.reason = lack->what + "; " + lack->remedy;
        result.remedy = lack->remedy;
        return result;
    }
    if (result.reason = set_.silence_policy().hopeless(); !result.reason.empty()) {
        return result;
    }
    Cast roles = cast(scenario, job.number, server_.settings);
    const Lease lease(*this, server_.accounts.empty() ? 0 : hosted_roles(scenario));
    std::size_t next = 0;
    for (auto& [role, account] : roles.accounts) {
        if (scenario.roles.at(role).kind == script::RoleKind::postmaster) {
            account = {"", "", "postmaster@" + local_domain()};
        } else {
            account = server_.accounts.empty() ? client::Account{recipient(), "", recipient()} : lease.account(next++);
        }
        roles.addresses[role] = account.address;
    }
    return judged(*job.selected, client::play(scenario, stage_for(job, roles)));
}

Result RunningServerRunner::judged(const SelectedCase& selected, client::Played played) const {
    const std::string remedy = way_to_play(played, server_);
    Result result = set_.judged(selected, std::move(played));
    result.remedy = result.status == Status::skip ? remedy : "";
    return result;
}

}  // namespace smtpspec::runner
