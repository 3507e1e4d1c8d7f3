#include "runner/running_server_runner.h"

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
    if (seen.greeting == Greeting::ready) {
        greeting_ = seen.line;
        set_.saw_greeting(seen.line);
    }
}

std::string RunningServerRunner::unusable() const {
    return greeting_.empty() ? "no server greets with 220 at " + server_.incoming.address + " port " +
                                   std::to_string(server_.incoming.port)
                             : "";
}

std::string RunningServerRunner::not_applicable(const script::Case& scenario) const {
    const Catalogue& catalogue = set_.catalogue();
    const SettingMap usual = compose(catalogue.defaults(), catalogue.fixture("default"), {});
    const SettingMap wanted = compose(catalogue.defaults(), catalogue.fixture(scenario.fixture), scenario.settings);
    if (const auto differs = difference(wanted, server_.settings, usual)) {
        return *differs;
    }
    const bool outgoing = std::any_of(scenario.clients.begin(), scenario.clients.end(),
                                      [](const auto& one) { return one.to == script::PortRole::outgoing; });
    if (outgoing && !server_.outgoing) {
        return "needs the outgoing port: --outgoing-address HOST:PORT";
    }
    const std::size_t hosted = hosted_roles(scenario);
    if (hosted > 0 && server_.accounts.empty() && server_.recipient.empty()) {
        return "needs a hosted account: --accounts FILE or --recipient ADDRESS";
    }
    if (shaped_roles(scenario)) {
        return "needs an account whose local part has a shape of its own";
    }
    if (server_.accounts.empty() && needs_login(scenario)) {
        return "needs the login of a hosted account: --accounts FILE";
    }
    if (!server_.accounts.empty() && hosted > server_.accounts.size()) {
        return "needs " + std::to_string(hosted) + " hosted accounts, and --accounts names " +
               std::to_string(server_.accounts.size());
    }
    return "";
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
    stage.names["local_domain"] = list(server_.settings, "general.local_domains").front();
    stage.names["admin_email"] = text(server_.settings, "general.admin_email");
    stage.names["incoming_port"] = std::to_string(stage.incoming_port);
    stage.names["outgoing_port"] = std::to_string(stage.outgoing_port);
    for (const auto& [name, value] : server_.settings) {
        stage.settings[name] = environment_text(value);
    }
    stage.maildir_root = server_.maildir_root;
    return stage;
}

std::optional<Result> RunningServerRunner::play(const Job& job) {
    const script::Case& scenario = job.selected->scenario;
    Result result = StageSet::blank(*job.selected);
    if (const std::string reason = not_applicable(scenario); !reason.empty()) {
        result.status = Status::skip;
        result.skip = SkipReason::fixture_differs;
        result.reason = reason;
        return result;
    }
    Cast roles = cast(scenario, job.number, server_.settings);
    const Lease lease(*this, server_.accounts.empty() ? 0 : hosted_roles(scenario));
    std::size_t next = 0;
    for (auto& [role, account] : roles.accounts) {
        account = server_.accounts.empty() ? client::Account{server_.recipient, "", server_.recipient}
                                           : lease.account(next++);
        roles.addresses[role] = account.address;
    }
    return set_.judged(*job.selected, client::play(scenario, stage_for(job, roles)));
}

}  // namespace smtpspec::runner
