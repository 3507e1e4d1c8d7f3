#include "service/server.h"

#include "net/descriptor_limit.h"
#include "net/listen_address.h"
#include "net/local_addresses.h"
#include "service/mail_of_session.h"
#include "service/signals.h"
#include "service/smtp_conversation.h"

#include <algorithm>
#include <csignal>
#include <limits>
#include <thread>

#include <sys/epoll.h>
#include <unistd.h>

namespace refserver::service {
namespace {

constexpr std::size_t threads_for_the_disk = 16;
constexpr std::size_t threads_for_passwords = 2;
constexpr std::size_t most_waiting_passwords = 64;
constexpr std::chrono::seconds longest_stop{10};
constexpr std::chrono::seconds longest_stop_of_deliveries{4};

/// A connection and the content of its mail, and what the rest of the program has open.
std::uint64_t descriptors_for(const settings::Settings& settings) {
    constexpr std::uint64_t ports = 3;
    constexpr std::uint64_t rest = 4096;
    return ports * 2 * settings.smtp.max_connections_per_port + rest;
}

std::shared_ptr<const Configuration> configuration_for(const ServeOptions& options, const settings::Settings& settings,
                                                       std::vector<std::string>& errors) {
    auto configuration = configure(settings, options.accounts_file, errors);
    if (!configuration || !options.seams.configuration) return configuration;
    auto altered = std::make_shared<Configuration>(*configuration);
    options.seams.configuration(*altered);
    return altered;
}

std::shared_ptr<const Configuration> first_configuration(const ServeOptions& options) {
    std::vector<std::string> errors;
    auto configuration = configuration_for(options, options.settings, errors);
    if (configuration) return configuration;
    std::string lines;
    for (const auto& error : errors) lines += (lines.empty() ? "" : "\n") + error;
    throw StartUpError(lines);
}

class AddressChanges final : public net::Watcher {
public:
    AddressChanges(int fd, std::function<void()> action) : fd_(fd), action_(std::move(action)) {}
    ~AddressChanges() override { ::close(fd_); }
    void ready(std::uint32_t) override {
        net::drain_address_changes(fd_);
        action_();
    }

private:
    int fd_;
    std::function<void()> action_;
};

}  // namespace

Server::Server(const ServeOptions& options, Log& log)
    : options_(options),
      log_(log),
      sources_{InEffect<Configuration>(first_configuration(options)), InEffect<std::set<access::IpAddress>>()},
      mailboxes_(options.mailbox_root),
      outgoing_mail_(start_outgoing_mail()),
      loops_(std::max(std::thread::hardware_concurrency(), 1U)),
      commits_(threads_for_the_disk, std::numeric_limits<std::size_t>::max()),
      logins_(threads_for_passwords, most_waiting_passwords),
      conversations_(loops_),
      services_{.log = log,
                .sources = sources_,
                .conversations = conversations_,
                .seams = options.seams,
                .commit = options.seams.commit ? options.seams.commit(own_commit()) : own_commit(),
                .commits = commits_,
                .logins = logins_,
                .temporary_directory = options.mailbox_root},
      reception_(loops_, services_),
      ports_(loops_.first(),
             [this](const OpenPort& port, net::Accepted accepted) { reception_.receive(port, std::move(accepted)); }),
      patience_at_stop_(loops_.first().timers(), [this] { stop_at_once(); }) {
    const auto& settings = options.settings;
    net::raise_descriptor_limit(descriptors_for(settings));
    make_mailboxes();
    refresh_local_addresses();
    ports_.apply(plan_sockets(settings, net::resolve_listen_address), settings.smtp.max_connections_per_port);
    watch_local_addresses();
    watch_signals(loops_.first(), [this](int signal) { on_signal(signal); });
    warn(*sources_.configuration.get());
    log_ports();
}

Server::~Server() = default;

Commit Server::own_commit() {
    return [this](const routing::AcceptedMail& mail, std::string& why) {
        auto& outgoing = *outgoing_mail_;
        return routing::Router(mailboxes_, &outgoing, &outgoing.delivery_reports()).commit(mail, why);
    };
}

void Server::make_mailboxes() {
    try {
        mailboxes_.make_root();
    } catch (const std::system_error& e) {
        throw StartUpError("general.data_directory", "\"" + options_.settings.general.data_directory + "\"", e.what());
    }
}

std::unique_ptr<outgoing_mail::Service> Server::start_outgoing_mail() {
    auto account_of = [this](const std::string& address) -> std::string {
        const auto mailbox = mailbox_of(address);
        const auto* account = mailbox ? sources_.configuration.get()->hosted_account(*mailbox) : nullptr;
        return account ? account->user : "";
    };
    auto log = [this](const std::string& event, const LogFields& fields) {
        log_.write(LogLevel::information, event, fields);
    };
    try {
        return outgoing_mail::start(options_.queue_directory, options_.settings, mailboxes_, account_of, log,
                                    options_.seams.next_hop_octets);
    } catch (const std::exception& e) {
        throw StartUpError("general.data_directory", "\"" + options_.settings.general.data_directory + "\"", e.what());
    }
}

void Server::run() {
    loops_.run();
    outgoing_mail_->stop(stopping_at_once_ ? std::chrono::seconds(0) : longest_stop_of_deliveries);
    log_.write(LogLevel::information, "stopped");
}

void Server::on_signal(int signal) {
    if (signal == SIGHUP) {
        if (!stopping_) reload();
    } else if (!stopping_) {
        stop_gracefully();
    } else if (signal == SIGINT) {
        stop_at_once();
    }
}

void Server::reload() {
    const auto settings = options_.reread();
    if (!settings) {
        log_.write(LogLevel::error, "reload-failed", {{"why", "the settings file has mistakes"}});
        return;
    }
    std::vector<std::string> errors;
    auto configuration = configuration_for(options_, *settings, errors);
    if (!configuration) {
        for (const auto& error : errors) log_.write(LogLevel::error, "reload-failed", {{"why", error}});
        return;
    }
    try {
        ports_.apply(plan_sockets(*settings, net::resolve_listen_address), settings->smtp.max_connections_per_port);
    } catch (const StartUpError& e) {
        log_.write(LogLevel::error, "reload-failed", {{"why", e.what()}});
        return;
    }
    net::raise_descriptor_limit(descriptors_for(*settings));
    outgoing_mail_->reload(*settings);
    sources_.configuration.set(configuration);
    refresh_local_addresses();
    conversations_.for_each([](SmtpConversation& conversation) { conversation.configuration_changed(); });
    log_.write(LogLevel::information, "reloaded");
    warn(*configuration);
    log_ports();
}

void Server::stop_gracefully() {
    stopping_ = true;
    log_.write(LogLevel::information, "stopping");
    ports_.close();
    conversations_.for_each([](SmtpConversation& conversation) { conversation.shut_down(); });
    patience_at_stop_.start(longest_stop);
    // Only then have all loops taken over what was accepted before the ports were closed.
    loops_.after_all_have_looked([this] { conversations_.when_none_is_left([this] { loops_.stop(); }); });
}

void Server::stop_at_once() {
    stopping_at_once_ = true;
    conversations_.for_each([](SmtpConversation& conversation) { conversation.abandon(); });
    loops_.after_all_have_looked([this] { loops_.stop(); });
}

void Server::watch_local_addresses() {
    const int fd = net::open_address_changes();
    if (fd < 0) return;
    loops_.first().adopt(std::make_unique<AddressChanges>(fd, [this] { refresh_local_addresses(); }), fd, EPOLLIN);
}

void Server::refresh_local_addresses() {
    sources_.local_addresses.set(std::make_shared<const std::set<access::IpAddress>>(net::local_addresses()));
}

void Server::log_ports() {
    log_.write(LogLevel::information, "listening",
               {{"incoming", ports_.incoming_endpoint()}, {"outgoing", ports_.outgoing_endpoint()}});
}

void Server::warn(const Configuration& configuration) {
    const auto& rules = configuration.rules;
    if (rules.outgoing_enabled && !rules.authentication && !rules.ip_range_control && !rules.block_local_ips) {
        log_.write(LogLevel::warning, "open-relay",
                   {{"rule", "D15"}, {"why", "no access option is on: any computer may use the outgoing service"}});
    }
    if (configuration.postmaster_is_stand_in) {
        log_.write(LogLevel::warning, "postmaster-without-account",
                   {{"admin_email", configuration.settings.general.admin_email},
                    {"account", configuration.postmaster->user},
                    {"why", "general.admin_email has no account; this one takes its mail"}});
    }
}

}  // namespace refserver::service
