#include "runner/server.h"

#include "runner/activity.h"
#include "runner/casting.h"
#include "runner/environment.h"
#include "runner/text.h"
#include "runner/toml_reader.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <poll.h>
#include <signal.h>

namespace smtpspec::runner {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Server::Server(fs::path folder, SettingMap composed, const std::vector<client::Account>& accounts,
               const Surroundings& surroundings, const TargetOptions& options)
    : folder_(std::move(folder)),
      composed_(std::move(composed)),
      settings_(resolve(composed_, surroundings)),
      surroundings_(surroundings),
      options_(options) {
    fs::create_directories(folder_ / "work");
    fs::create_directories(folder_ / "mailboxes");
    write_file(folder_ / "accounts", accounts_file(accounts));
    write_settings();
}

Server::~Server() {
    terminate();
}

StartResult Server::launch() {
    const std::uintmax_t before = errors_size();
    try {
        execute();
    } catch (const std::runtime_error& error) {
        return {StartResult::Kind::exited, error.what(), ""};
    }
    StartResult result = wait_until_ready();
    if (result.kind == StartResult::Kind::exited) {
        const int status = process_->stop(milliseconds{0});
        process_.reset();
        const std::string first = first_error_line(before);
        const std::string words = errors_since(before, 1000);
        if (status == 77) {
            return {StartResult::Kind::unsupported, first.empty() ? "the target says so by exit status 77" : first, ""};
        }
        result.reason = "the target ended before it was ready, with " + describe_status(status) +
                        (words.empty() ? "; it wrote nothing to standard error"
                                       : "; standard error ends with:\n" + std::string(trimmed(words)));
        if (status == 0) {
            result.reason += "; a target has to stay in the foreground";
        }
    } else if (result.kind != StartResult::Kind::ready) {
        const std::string first = first_error_line(before);
        const auto doing = activity_of(process_->pid());
        result.reason += doing ? "; its program is " + in_words(*doing) : "";
        result.reason += first.empty() ? "" : "; standard error begins with: " + first;
        terminate();
    }
    return result;
}

void Server::execute() {
    const TargetFiles files{folder_ / "settings.toml", folder_ / "accounts", folder_ / "mailboxes", folder_ / "work"};
    told_to_stop_ = false;
    process_ = std::make_unique<ChildProcess>(ChildOptions{
        options_.executable, target_environment(settings_, files, options_.programs, inherited_environment()),
        files.work, folder_ / "stdout", folder_ / "stderr"});
}

std::vector<Endpoint> Server::endpoints() const {
    const auto port = [&](const char* name) { return static_cast<std::uint16_t>(number(settings_, name)); };
    std::vector<Endpoint> out = {{incoming_address(), port("smtp.incoming.port"), false}};
    if (flag(settings_, "smtp.outgoing.enabled")) {
        out.push_back({outgoing_address(), port("smtp.outgoing.port"), false});
        if (const std::uint16_t implicit = port("tls.implicit_port"); implicit != 0) {
            out.push_back({outgoing_address(), implicit, true});
        }
    }
    return out;
}

namespace {

/// A name that does not resolve is the server's to refuse; clients then find nobody at the usual place.
std::string reached_at(const std::string& listen_ip) {
    try {
        return connect_address(listen_ip);
    } catch (const std::runtime_error&) {
        return "127.0.0.1";
    }
}

}  // namespace

std::string Server::incoming_address() const {
    return reached_at(text(settings_, "smtp.incoming.listen_ip"));
}

std::string Server::outgoing_address() const {
    return reached_at(text(settings_, "smtp.outgoing.listen_ip"));
}

bool Server::may_disconnect_at_once() const {
    return flag(settings_, "smtp.outgoing.access.ip_range_control") ||
           flag(settings_, "smtp.outgoing.access.block_local_ips");
}

StartResult Server::wait_until_ready() {
    const auto deadline = Clock::now() + options_.ready_limit;
    StartResult result;
    bool first = true;
    for (const Endpoint& endpoint : endpoints()) {
        milliseconds pause{2};
        std::string last = "refuses connections";
        while (true) {
            if (options_.cancelled && *options_.cancelled) {
                return {StartResult::Kind::cancelled, "interrupted", ""};
            }
            if (process_->status()) {
                return {StartResult::Kind::exited, "", ""};
            }
            const Probe seen = probe(endpoint, deadline, process_->pidfd());
            const bool outgoing = !first;
            if (seen.greeting == Greeting::ready ||
                (seen.greeting == Greeting::closed && outgoing && may_disconnect_at_once())) {
                result.greeting = first ? seen.line : result.greeting;
                break;
            }
            if (seen.greeting == Greeting::silent) {
                last = "accepts connections and says nothing";
            } else if (seen.greeting == Greeting::closed) {
                last =
                    seen.line.empty() ? "closes connections without a greeting" : "greets with " + visible(seen.line);
            }
            if (Clock::now() >= deadline) {
                return {StartResult::Kind::not_ready,
                        "the target was not ready after " + std::to_string(options_.ready_limit.count()) +
                            " ms: " + endpoint.address + " port " + std::to_string(endpoint.port) + " " + last,
                        ""};
            }
            pollfd ended{process_->pidfd(), POLLIN, 0};
            ::poll(&ended, 1, static_cast<int>(pause.count()));
            pause = std::min(pause * 2, milliseconds{50});
        }
        first = false;
    }
    return result;
}

void Server::terminate() {
    told_to_stop_ = true;
    if (process_) {
        process_->stop(options_.stop_grace);
        process_.reset();
    }
}

std::optional<int> Server::died(milliseconds moment) {
    if (told_to_stop_ || !process_) {
        return std::nullopt;
    }
    return process_->wait_until(Clock::now() + moment);
}

void Server::write_settings() const {
    write_file(folder_ / "settings.toml", toml_document(settings_));
}

std::uintmax_t Server::errors_size() const {
    if (process_) {
        process_->drain_output();
    }
    std::error_code error;
    const std::uintmax_t size = fs::file_size(folder_ / "stderr", error);
    return error ? 0 : size;
}

std::string Server::errors_since(std::uintmax_t position, std::size_t limit) const {
    const std::uintmax_t size = errors_size();
    if (size <= position) {
        return "";
    }
    const bool cut = size - position > limit;
    const std::uintmax_t begin = cut ? size - limit : position;
    std::string out(size - begin, '\0');
    std::ifstream in(folder_ / "stderr", std::ios::binary);
    in.seekg(static_cast<std::streamoff>(begin));
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(in.gcount()));
    return cut ? out.substr(std::min(out.size(), out.find('\n') + 1)) : out;
}

std::string Server::first_error_line(std::uintmax_t position) const {
    std::string begin(1024, '\0');
    std::ifstream in(folder_ / "stderr", std::ios::binary);
    in.seekg(static_cast<std::streamoff>(position));
    in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(in.gcount()));
    return visible(begin.substr(0, begin.find('\n')));
}

void Server::change_setting(const std::string& name, const std::string& toml_value) {
    composed_.insert_or_assign(name, read_toml_value(toml_value));
    // Ports already given keep their numbers: only the changed setting is resolved anew.
    SettingMap next = settings_;
    next.insert_or_assign(name, composed_.at(name));
    settings_ = resolve(std::move(next), surroundings_);
    write_settings();
}

void Server::reload() {
    if (!process_) {
        throw std::runtime_error("the server is not running");
    }
    process_->signal(SIGHUP);
    // A greeting and a goodbye on each port: what was queued before is done when they are. With settings that the
    // server refuses a port may never come, which is for the case to judge.
    const auto deadline = Clock::now() + milliseconds{1000};
    for (const Endpoint& endpoint : endpoints()) {
        while (!process_->status() && Clock::now() < deadline &&
               probe(endpoint, deadline).greeting == Greeting::refused) {
            pollfd ended{process_->pidfd(), POLLIN, 0};
            ::poll(&ended, 1, 5);
        }
    }
}

void Server::stop() {
    terminate();
}

void Server::kill() {
    told_to_stop_ = true;
    if (process_) {
        process_->stop(milliseconds{0});
        process_.reset();
    }
}

void Server::start() {
    if (process_ && !process_->status()) {
        throw std::runtime_error("the server is running already");
    }
    const StartResult result = launch();
    if (result.kind == StartResult::Kind::unsupported) {
        throw CannotExpress(result.reason);
    }
    if (result.kind != StartResult::Kind::ready) {
        throw std::runtime_error(result.reason);
    }
}

client::ServerControl::Exit Server::start_expecting_failure(milliseconds limit) {
    const std::uintmax_t before = errors_size();
    const auto began = Clock::now();
    execute();
    const std::optional<int> status = process_->wait_until(began + limit);
    const auto doing = status ? std::nullopt : activity_of(process_->pid());
    Exit result;
    result.exited = status.has_value();
    result.status = status.value_or(0);
    result.activity = doing ? in_words(*doing) : "";
    result.after = std::chrono::duration_cast<milliseconds>(Clock::now() - began);
    result.standard_error = errors_since(before);
    terminate();
    return result;
}

}  // namespace smtpspec::runner
