#include "runner/run.h"

#include "runner/casting.h"
#include "runner/commands/commands.h"
#include "runner/expectations.h"
#include "runner/grading.h"
#include "runner/interruption.h"
#include "runner/pairwise.h"
#include "runner/reports/github_report.h"
#include "runner/reports/json_report.h"
#include "runner/reports/junit_report.h"
#include "runner/reports/page/page.h"
#include "runner/reports/tap_report.h"
#include "runner/reports/terminal_report.h"
#include "runner/settings.h"
#include "runner/text.h"
#include "runner/toml_reader.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include <unistd.h>

namespace smtpspec::runner {
namespace fs = std::filesystem;
namespace {

Endpoint endpoint_of(const std::string& text, const char* option) {
    const auto colon = text.rfind(':');
    std::string host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
    const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
    const int number = digits ? std::stoi(port) : 0;
    if (host.empty() || number < 1 || number > 65535) {
        throw UsageError(std::string(option) + " takes HOST:PORT or [IPV6]:PORT, not " + text);
    }
    return {connect_address(host), static_cast<std::uint16_t>(number), false};
}

RunningServer running_server(const RunRequest& request, const Catalogue& catalogue) {
    RunningServer server;
    server.incoming = endpoint_of(request.address, "--address");
    if (!request.outgoing_address.empty()) {
        server.outgoing = endpoint_of(request.outgoing_address, "--outgoing-address");
    }
    const SettingMap given = request.settings.empty() ? catalogue.fixture("default")
                                                      : read_toml(read_file(request.settings), request.settings);
    server.settings = compose(catalogue.defaults(), given, {});
    if (!request.accounts.empty()) {
        server.accounts = read_accounts(read_file(request.accounts), request.accounts);
    }
    server.settings_given = !request.settings.empty();
    server.read_only = request.read_only;
    server.recipient = request.recipient;
    const std::string hosted = server.accounts.empty() ? server.recipient : server.accounts.front().address;
    if (const auto at = hosted.rfind('@'); at != std::string::npos && request.settings.empty()) {
        server.settings["general.local_domains"] = std::vector<std::string>{hosted.substr(at + 1)};
    } else if (!hosted.empty() && at == std::string::npos) {
        throw UsageError("--recipient takes an address with a domain, not " + hosted);
    }
    if (!request.maildir_root.empty()) {
        if (!fs::is_directory(request.maildir_root)) {
            throw UsageError("--maildir-root: there is no folder " + request.maildir_root);
        }
        server.maildir_root = request.maildir_root;
    }
    return server;
}

Shard shard_of(const RunRequest& request) {
    if (!request.shard.empty()) {
        return parse_shard(request.shard);
    }
    const char* index = std::getenv("TEST_SHARD_INDEX");
    const char* total = std::getenv("TEST_TOTAL_SHARDS");
    if (!index || !total) {
        return {};
    }
    try {
        return parse_shard(std::to_string(std::stoul(index) + 1) + "/" + total);
    } catch (const std::exception&) {
        throw UsageError(std::string("TEST_SHARD_INDEX=") + index + " TEST_TOTAL_SHARDS=" + total +
                         ": the index counts from 0 and is below the total");
    }
}

std::optional<script::Channel> channel_of(const std::string& word) {
    if (word.empty()) {
        return std::nullopt;
    }
    return word == "plain"      ? script::Channel::plain
           : word == "starttls" ? script::Channel::starttls
                                : script::Channel::implicit;
}

client::Segmentation segmentation_of(const std::string& word) {
    using client::Segmentation;
    return word == "whole"        ? Segmentation::whole
           : word == "lines"      ? Segmentation::lines
           : word == "bytes"      ? Segmentation::bytes
           : word == "split-crlf" ? Segmentation::split_crlf
           : word == "coalesced"  ? Segmentation::coalesced
                                  : Segmentation::as_written;
}

std::vector<SelectedCase> cases_of(const RunRequest& request, const Catalogue& catalogue) {
    if (request.seed && !request.shuffle && request.access_sample.empty()) {
        throw UsageError("--seed is of --shuffle or --access-sample");
    }
    std::vector<SelectedCase> cases = selected_cases(catalogue, request.selection);
    return request.access_sample.empty() ? cases
                                         : pairwise_sample(std::move(cases), "access", request.seed.value_or(0));
}

RunOptions options_of(const RunRequest& request, const Catalogue& catalogue) {
    RunOptions options;
    if (request.address.empty()) {
        options.target = target_of(request.target, catalogue);
        std::error_code ignored;
        options.reference = fs::equivalent(options.target, catalogue.target("reference"), ignored);
    } else {
        options.running = running_server(request, catalogue);
    }
    options.programs = fs::read_symlink("/proc/self/exe").parent_path();
    options.jobs = request.jobs ? request.jobs : 4 * std::max(1u, std::thread::hardware_concurrency());
    options.shard = shard_of(request);
    options.repeat = request.repeat;
    if (request.shuffle) {
        options.seed = request.seed ? *request.seed : std::random_device{}();
    }
    options.fail_fast = request.fail_fast;
    options.strict = request.strict;
    options.keep_work = request.keep_work;
    options.timeout_scale = request.timeout_scale;
    options.channel = channel_of(request.tls);
    options.segmentation = segmentation_of(request.segmentation);
    return options;
}

/// What `replay` needs to do the same again.
std::map<std::string, std::string> recorded_options(const RunRequest& request, const RunOptions& options) {
    std::map<std::string, std::string> out;
    const auto note = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            out[name] = value;
        }
    };
    note("target", options.target.string());
    note("address", request.address);
    note("outgoing-address", request.outgoing_address);
    note("settings", request.settings.empty() ? "" : fs::absolute(request.settings).string());
    note("recipient", request.recipient);
    note("accounts", request.accounts.empty() ? "" : fs::absolute(request.accounts).string());
    note("maildir-root", request.maildir_root.empty() ? "" : fs::absolute(request.maildir_root).string());
    note("tls", request.tls);
    note("segmentation", request.segmentation);
    note("read-only", request.read_only ? "true" : "");
    note("strict", request.strict ? "true" : "");
    note("seed", options.seed ? std::to_string(*options.seed) : "");
    if (request.timeout_scale != 1.0) {
        out["timeout-scale"] = std::to_string(request.timeout_scale);
    }
    return out;
}

Expectations expectations_of(const RunRequest& request) {
    // The file that --update-expectations is to write may not be there yet.
    if (request.expectations.empty() || (request.update_expectations && !fs::exists(request.expectations))) {
        return {};
    }
    try {
        return Expectations::read(read_file(request.expectations), request.expectations);
    } catch (const std::runtime_error& error) {
        throw UsageError(error.what());
    }
}

bool selects_everything(const RunRequest& request, const RunOptions& options) {
    const Selection& selection = request.selection;
    return options.shard.total == 1 && selection.patterns.empty() && selection.levels.empty() &&
           selection.cites.empty() && selection.extensions.empty() && selection.risks.empty();
}

/// One report that cannot be written does not take the others along. Throws at the end, with what could not.
void publish(const RunRequest& request, const RunRecord& record, const Requirements& requirements) {
    std::vector<std::string> trouble;
    const auto attempt = [&](const auto& write) {
        try {
            write();
        } catch (const std::runtime_error& error) {
            trouble.emplace_back(error.what());
        }
    };
    const auto into = [&](const std::string& file, const auto& report) {
        if (!file.empty()) {
            attempt([&] { write_file(file, report()); });
        }
    };
    into(request.json, [&] { return json_report(record); });
    into(request.junit, [&] { return junit_report(record, requirements); });
    into(request.html, [&] {
        const std::string name =
            request.address.empty() ? std::filesystem::path(record.target).filename().string() : request.address;
        return page(std::span(&record, 1), {name}, requirements);
    });
    const char* no_colour = std::getenv("NO_COLOR");
    const bool colour = ::isatty(request.tap ? STDERR_FILENO : STDOUT_FILENO) == 1 && !(no_colour && *no_colour);
    const std::string report = terminal_report(record, requirements, {colour, request.verbose});
    if (request.tap) {
        std::cerr << report << std::flush;
    }
    attempt(
        [&] { print((request.tap ? tap_report(record) : report) + (request.github ? github_report(record) : "")); });
    if (!trouble.empty()) {
        throw std::runtime_error(join(trouble, "\nsmtpspec: "));
    }
}

/// Found out before the run, not after it.
void require_writable(const std::string& file) {
    if (file.empty()) {
        return;
    }
    const std::ofstream out(file, std::ios::app);
    if (!out) {
        throw UsageError("cannot write the report " + file + ": " + std::strerror(errno));
    }
}

}  // namespace

int run_command(const RunRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    const std::vector<SelectedCase> cases = cases_of(request, catalogue);
    RunOptions options;
    try {
        options = options_of(request, catalogue);
    } catch (const std::runtime_error& error) {
        throw UsageError(error.what());
    }
    for (const std::string& file : {request.json, request.junit, request.html}) {
        require_writable(file);
    }
    const Expectations expectations = expectations_of(request);
    const Interruption interruption;
    options.cancelled = &interruption.happened();

    const bool live = ::isatty(STDERR_FILENO) == 1;
    ProgressLine progress(std::cerr, plan(cases, options.shard, options.repeat).size());
    RunRecord record = run(catalogue, cases, options, [&](const Result& result) {
        if (live) {
            progress.add(result);
        }
    });
    if (live) {
        progress.clear();
    }
    record.options = recorded_options(request, options);

    const std::vector<std::string> stale =
        expectations.apply(record.results, selects_everything(request, options) && record.not_run == 0);
    publish(request, record, catalogue.requirements());
    if (options.seed) {
        std::cerr << "shuffled by --seed " << *options.seed << "\n";
    }
    if (!record.kept_folder.empty()) {
        std::cerr << "the folders of the servers are in " << record.kept_folder << "\n";
    }
    if (request.update_expectations) {
        write_file(request.expectations, expectations.updated(record.results, stale));
    }
    if (interruption.happened()) {
        return 128 + interruption.signal();
    }
    const int status = exit_status(record);
    if (stale.empty() || request.update_expectations) {
        return request.update_expectations && status == exit_findings ? exit_passed : status;
    }
    for (const std::string& id : stale) {
        std::cerr << "stale expectation: " << id << " does not fail any more; take its line out of "
                  << request.expectations << " (--update-expectations does)\n";
    }
    return status == exit_passed ? exit_stale_expectations : status;
}

}  // namespace smtpspec::runner
