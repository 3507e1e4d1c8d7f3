#include "runner/fault_matrix.h"

#include "runner/environment.h"
#include "runner/selection.h"
#include "runner/text.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/TemporaryFile.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

namespace smtpspec::runner {
namespace fs = std::filesystem;
namespace {

fs::path this_program() {
    return fs::read_symlink("/proc/self/exe");
}

/// Waits for the end; what the program says to standard output goes to the file.
int execute(const std::vector<std::string>& arguments, const std::string& fault, const std::string& output) {
    std::vector<std::string> environment = inherited_environment();
    environment.push_back("SMTPSPEC_FAULT=" + fault);
    std::vector<char*> argument_pointers;
    std::vector<char*> environment_pointers;
    for (const std::string& text : arguments) {
        argument_pointers.push_back(const_cast<char*>(text.c_str()));
    }
    for (const std::string& text : environment) {
        environment_pointers.push_back(const_cast<char*>(text.c_str()));
    }
    argument_pointers.push_back(nullptr);
    environment_pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t pid = -1;
    const int failure = ::posix_spawn(&pid, argument_pointers[0], &actions, nullptr, argument_pointers.data(),
                                      environment_pointers.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        throw std::system_error(failure, std::generic_category(), arguments[0]);
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// What to ask: ids of cases, and whether one that is red is enough.
struct Stage {
    std::vector<std::string> ids;
    bool until_red = false;
};

struct Verdicts {
    std::vector<std::string> all;
    std::vector<std::string> red;
};

Verdicts verdicts_of(const Catalogue& catalogue, const std::string& fault, const Stage& stage) {
    const Poco::TemporaryFile list;
    write_file(list.path(), join(stage.ids, "\n") + "\n");
    const Poco::TemporaryFile report;
    const Poco::TemporaryFile output;
    std::vector<std::string> arguments{this_program().string(),
                                       "run",
                                       "--catalogue",
                                       catalogue.folder().string(),
                                       "--target",
                                       "faulty",
                                       "--json",
                                       report.path()};
    arguments.push_back("@" + list.path());
    if (stage.until_red) {
        arguments.push_back("--fail-fast");
    }
    const int status = execute(arguments, fault, output.path());
    Verdicts out;
    if (!fs::exists(report.path()) || fs::file_size(report.path()) == 0) {
        throw std::runtime_error("the run for the fault " + fault + " ended with exit status " +
                                 std::to_string(status) + " and without a report");
    }
    const auto root = Poco::JSON::Parser().parse(read_file(report.path())).extract<Poco::JSON::Object::Ptr>();
    const auto results = root->getArray("results");
    for (unsigned i = 0; i < results->size(); ++i) {
        const auto result = results->getObject(i);
        const auto word = result->getValue<std::string>("status");
        const auto id = result->getValue<std::string>("id");
        if (word == "pass" || word == "fail" || word == "warn") {
            out.all.push_back(id);
        }
        if (word == "fail" || word == "warn") {
            out.red.push_back(id);
        }
    }
    return out;
}

constexpr const char* product_of_access = "access/*";
/// Thousands of cases cite the same rule.
constexpr std::size_t most_of_product = 240;

/// So many of them at most, evenly spread.
void thin_out(std::vector<std::string>& ids, std::size_t most) {
    if (ids.size() <= most) {
        return;
    }
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < most; ++i) {
        kept.push_back(ids[i * ids.size() / most]);
    }
    ids = std::move(kept);
}

/// The selections to ask one after the other.
std::vector<Stage> stages(const Fault& fault, const std::vector<SelectedCase>& cases, bool all_cases) {
    Stage near;
    Stage product{{}, true};
    Stage rest{{}, true};
    for (const SelectedCase& it : cases) {
        const auto& cites = it.scenario.cites;
        const bool cited = std::any_of(cites.begin(), cites.end(), [&](const std::string& id) {
            return std::find(fault.breaks.begin(), fault.breaks.end(), id) != fault.breaks.end();
        });
        const bool of_product = glob_matches(product_of_access, it.scenario.id);
        if (!cited && (of_product || !all_cases)) {
            continue;
        }
        Stage& stage = of_product ? product : cited ? near : rest;
        stage.ids.push_back(it.scenario.id);
    }
    thin_out(product.ids, most_of_product);
    std::vector<Stage> out{near, product, rest};
    std::erase_if(out, [](const Stage& stage) { return stage.ids.empty(); });
    return out;
}

/// Cases that are red without a fault tell nothing.
void remove_red_anyway(const Catalogue& catalogue, std::vector<FaultResult>& results) {
    std::set<std::string> ids;
    for (const FaultResult& result : results) {
        ids.insert(result.caught_by.begin(), result.caught_by.end());
    }
    if (ids.empty()) {
        return;
    }
    const Verdicts without = verdicts_of(catalogue, "none", {{ids.begin(), ids.end()}, false});
    const std::set<std::string> red(without.red.begin(), without.red.end());
    const std::set<std::string> decided(without.all.begin(), without.all.end());
    for (FaultResult& result : results) {
        std::erase_if(result.caught_by, [&](const auto& id) { return red.count(id) > 0 || decided.count(id) == 0; });
    }
}

}  // namespace

std::vector<Fault> parse_faults(const std::string& listing) {
    std::vector<Fault> out;
    for (const std::string& line : split(listing, '\n')) {
        if (line.empty()) {
            continue;
        }
        const auto fields = split(line, '\t');
        if (fields.size() != 3 || fields[0].empty() || fields[1].empty()) {
            throw std::runtime_error("smtp-faulty-server --list says what is no fault: " + visible(line));
        }
        out.push_back({fields[0], split(fields[1], ' '), fields[2]});
    }
    return out;
}

std::vector<Fault> list_faults() {
    const fs::path program = this_program().parent_path() / "smtp-faulty-server";
    if (!fs::exists(program)) {
        throw std::runtime_error("there is no " + program.string() + ": it is built with the suite, not installed");
    }
    const Poco::TemporaryFile output;
    const int status = execute({program.string(), "--list"}, "none", output.path());
    if (status != 0) {
        throw std::runtime_error(program.string() + " --list ended with exit status " + std::to_string(status));
    }
    return parse_faults(read_file(output.path()));
}

std::vector<FaultResult> fault_matrix(const Catalogue& catalogue, const std::vector<Fault>& faults,
                                      const MatrixOptions& options,
                                      const std::function<void(const FaultResult&)>& on_result) {
    const std::vector<SelectedCase> cases = select(catalogue, {}).cases;
    std::vector<FaultResult> results(faults.size());
    std::atomic<std::size_t> next{0};
    std::mutex one_at_a_time;
    std::exception_ptr failure;
    const auto work = [&] {
        for (std::size_t i = next++; i < faults.size(); i = next++) {
            try {
                FaultResult result{faults[i], {}, {}};
                for (const auto& stage : stages(faults[i], cases, options.all_cases)) {
                    const Verdicts verdicts = verdicts_of(catalogue, faults[i].name, stage);
                    result.asked.insert(result.asked.end(), verdicts.all.begin(), verdicts.all.end());
                    result.caught_by = verdicts.red;
                    if (!result.caught_by.empty()) {
                        break;
                    }
                }
                const std::lock_guard lock(one_at_a_time);
                on_result(result);
                results[i] = std::move(result);
            } catch (...) {
                const std::lock_guard lock(one_at_a_time);
                failure = std::current_exception();
                next = faults.size();
            }
        }
    };
    std::vector<std::thread> workers;
    const std::size_t count = options.jobs > 0 ? options.jobs : 2 * std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < std::min(count, faults.size()); ++i) {
        workers.emplace_back(work);
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    remove_red_anyway(catalogue, results);
    return results;
}

}  // namespace smtpspec::runner
