#include "runner/fault_matrix.h"

#include "runner/environment.h"
#include "runner/schedule.h"
#include "runner/selection.h"
#include "runner/text.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
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
int execute(const std::vector<std::string>& arguments, const std::vector<std::string>& more_environment,
            const std::string& output) {
    std::vector<std::string> environment = inherited_environment();
    environment.insert(environment.end(), more_environment.begin(), more_environment.end());
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

/// Whom to ask: a target, and what is wrong with it.
struct Wrong {
    std::string target;
    std::string fault;
    std::string meddled;
};

/// What to ask: ids of cases, and whether one that is red is enough.
struct Stage {
    std::vector<std::string> ids;
    bool until_red = false;
};

struct Verdicts {
    std::vector<std::string> fine;  ///< passed, or not applicable
    std::vector<std::string> red;
    std::map<std::string, std::string> in_words;  ///< of all that are not red: id -> verdict and reason
};

Verdicts verdicts_of(const Catalogue& catalogue, const Wrong& wrong, const Stage& stage) {
    const Poco::TemporaryFile list;
    write_file(list.path(), join(stage.ids, "\n") + "\n");
    const Poco::TemporaryFile report;
    const Poco::TemporaryFile output;
    std::vector<std::string> arguments{this_program().string(),
                                       "run",
                                       "--catalogue",
                                       catalogue.folder().string(),
                                       "--target",
                                       wrong.target,
                                       "--json",
                                       report.path()};
    arguments.push_back("@" + list.path());
    if (stage.until_red) {
        arguments.push_back("--fail-fast");
    }
    std::vector<std::string> environment{"SMTPSPEC_FAULT=" + wrong.fault};
    if (!wrong.meddled.empty()) {
        environment.push_back("SMTPSPEC_MEDDLED_TARGET=" + wrong.meddled);
    }
    const int status = execute(arguments, environment, output.path());
    Verdicts out;
    if (!fs::exists(report.path()) || fs::file_size(report.path()) == 0) {
        throw std::runtime_error("the run for the fault " + wrong.fault + " ended with exit status " +
                                 std::to_string(status) + " and without a report");
    }
    const auto root = Poco::JSON::Parser().parse(read_file(report.path())).extract<Poco::JSON::Object::Ptr>();
    const auto results = root->getArray("results");
    for (unsigned i = 0; i < results->size(); ++i) {
        const auto result = results->getObject(i);
        const auto word = result->getValue<std::string>("status");
        const auto id = result->getValue<std::string>("id");
        if (word == "pass" || word == "skip") {
            out.fine.push_back(id);
        }
        if (word == "fail" || word == "warn") {
            out.red.push_back(id);
        } else {
            const auto reason = result->getValue<std::string>("reason");
            out.in_words[id] = reason.empty() ? word : word + ", " + visible(reason.substr(0, reason.find('\n')));
        }
    }
    return out;
}

/// Thousands of cases cite the same rule.
constexpr std::size_t most_of_product = 240;
/// Of those that have nothing to do with a fault so many are asked whether they go red all the same.
constexpr std::size_t strangers_asked = 24;

/// FNV-1a: the same everywhere and always.
std::uint64_t hash_of(const std::string& text) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    }
    return hash;
}

/// So many of them at most. Which ones depends on each id alone: a case that is added moves no more than one.
std::vector<std::string> sample(std::vector<std::string> ids, std::size_t most, const std::string& seed) {
    if (ids.size() > most) {
        std::sort(ids.begin(), ids.end(), [&](const std::string& a, const std::string& b) {
            return std::pair(hash_of(seed + a), a) < std::pair(hash_of(seed + b), b);
        });
        ids.resize(most);
    }
    return ids;
}

bool cites_one_of(const script::Case& scenario, const std::vector<std::string>& ids) {
    return std::any_of(scenario.cites.begin(), scenario.cites.end(),
                       [&](const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); });
}

/// What to ask about a fault.
struct Questions {
    std::vector<std::string> near;       ///< cite what it breaks, outside the access product
    std::vector<std::string> product;    ///< cite it, within
    std::vector<std::string> strangers;  ///< do not cite it
};

/// Ids of the cases that share one of the two servers that most cases share: a server of their own for each of a
/// sample would cost more than all the rest.
std::set<std::string> cheap(const Catalogue& catalogue, const std::vector<SelectedCase>& cases) {
    std::vector<Group> groups = group(plan(cases, Shard{}, 1), catalogue, std::nullopt, std::nullopt);
    std::erase_if(groups, [](const Group& it) { return it.alone; });
    std::sort(groups.begin(), groups.end(),
              [](const Group& a, const Group& b) { return a.jobs.size() > b.jobs.size(); });
    groups.resize(std::min<std::size_t>(groups.size(), 2));
    std::set<std::string> out;
    for (const Group& it : groups) {
        for (const Job& job : it.jobs) {
            out.insert(job.selected->scenario.id);
        }
    }
    return out;
}

Questions questions(const Fault& fault, const std::vector<SelectedCase>& cases, const std::set<std::string>& cheap_ones,
                    bool all_cases) {
    Questions out;
    for (const SelectedCase& it : cases) {
        const bool cited = cites_one_of(it.scenario, fault.breaks);
        const bool of_product = is_of_access_product(it.scenario.id);
        if (cited) {
            (of_product ? out.product : out.near).push_back(it.scenario.id);
        } else if (!of_product && (all_cases || cheap_ones.count(it.scenario.id) > 0)) {
            out.strangers.push_back(it.scenario.id);
        }
    }
    out.product = sample(out.product, most_of_product, fault.name);
    if (!all_cases) {
        out.strangers = sample(out.strangers, strangers_asked, fault.name);
    }
    return out;
}

FaultResult ask(const Catalogue& catalogue, const Fault& fault, const Questions& questions,
                const std::string& meddled) {
    const Wrong wrong{fault.target, fault.name, meddled};
    FaultResult out{fault, {}, {}, {}};
    std::vector<std::string> first = questions.near;
    first.insert(first.end(), questions.strangers.begin(), questions.strangers.end());
    const std::set<std::string> near(questions.near.begin(), questions.near.end());
    Verdicts verdicts = verdicts_of(catalogue, wrong, {first, false});
    for (std::string& id : verdicts.red) {
        (near.count(id) > 0 ? out.caught_by : out.strangers).push_back(std::move(id));
    }
    for (const auto& [id, words] : verdicts.in_words) {
        if (near.count(id) > 0) {
            out.missed_by.push_back(id + ": " + words);
        }
    }
    if (out.caught_by.empty() && !questions.product.empty()) {
        out.caught_by = verdicts_of(catalogue, wrong, {questions.product, true}).red;
    }
    return out;
}

/// Cases that are red, or undecided, without a fault tell nothing.
void remove_red_anyway(const Catalogue& catalogue, const std::string& target, const std::string& meddled,
                       std::vector<FaultResult>& results) {
    std::set<std::string> ids;
    for (const FaultResult& result : results) {
        if (result.fault.target == target) {
            ids.insert(result.caught_by.begin(), result.caught_by.end());
            ids.insert(result.strangers.begin(), result.strangers.end());
        }
    }
    if (ids.empty()) {
        return;
    }
    const Verdicts without = verdicts_of(catalogue, {target, "none", meddled}, {{ids.begin(), ids.end()}, false});
    const std::set<std::string> fine(without.fine.begin(), without.fine.end());
    const auto tells_nothing = [&](const std::string& id) { return fine.count(id) == 0; };
    for (FaultResult& result : results) {
        if (result.fault.target == target) {
            for (const std::string& id : result.caught_by) {
                if (tells_nothing(id)) {
                    result.missed_by.push_back(id + ": red without the fault, too");
                }
            }
            std::erase_if(result.caught_by, tells_nothing);
            std::erase_if(result.strangers, tells_nothing);
        }
    }
}

}  // namespace

bool is_of_access_product(const std::string& id) {
    return glob_matches("access/*", id);
}

std::vector<Fault> parse_faults(const std::string& listing, const std::string& target) {
    std::vector<Fault> out;
    for (const std::string& line : split(listing, '\n')) {
        if (line.empty()) {
            continue;
        }
        const auto fields = split(line, '\t');
        if (fields.size() != 3 || fields[0].empty() || fields[1].empty()) {
            throw std::runtime_error("the list of faults has a line that is none: " + visible(line));
        }
        out.push_back({fields[0], split(fields[1], ' '), fields[2], target});
    }
    return out;
}

namespace {

std::vector<Fault> listed_by(const std::string& name, const std::string& target) {
    const fs::path program = this_program().parent_path() / name;
    if (!fs::exists(program)) {
        throw std::runtime_error("there is no " + program.string() + ", which has the faults" +
                                 (target == "faulty" ? ": it is built with the suite, not installed; --target TARGET "
                                                       "asks only for faults of the wire"
                                                     : ""));
    }
    const Poco::TemporaryFile output;
    const int status = execute({program.string(), "--list"}, {}, output.path());
    if (status != 0) {
        throw std::runtime_error(program.string() + " --list ended with exit status " + std::to_string(status));
    }
    return parse_faults(read_file(output.path()), target);
}

}  // namespace

std::vector<Fault> list_faults(bool wire_only) {
    std::vector<Fault> out;
    if (!wire_only) {
        out = listed_by("smtp-faulty-server", "faulty");
    }
    for (Fault& fault : listed_by("smtp-meddler", "meddled")) {
        out.push_back(std::move(fault));
    }
    return out;
}

std::vector<FaultResult> fault_matrix(const Catalogue& catalogue, const std::vector<Fault>& faults,
                                      const MatrixOptions& options,
                                      const std::function<void(const FaultResult&)>& on_result) {
    const std::vector<SelectedCase> cases = select(catalogue, {}).cases;
    const std::set<std::string> cheap_ones = cheap(catalogue, cases);
    std::vector<FaultResult> results(faults.size());
    std::atomic<std::size_t> next{0};
    std::mutex one_at_a_time;
    std::exception_ptr failure;
    const auto work = [&] {
        for (std::size_t i = next++; i < faults.size(); i = next++) {
            try {
                FaultResult result = ask(catalogue, faults[i],
                                         questions(faults[i], cases, cheap_ones, options.all_cases), options.meddled);
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
    std::set<std::string> targets;
    for (const Fault& fault : faults) {
        targets.insert(fault.target);
    }
    for (const std::string& target : targets) {
        remove_red_anyway(catalogue, target, options.meddled, results);
    }
    return results;
}

}  // namespace smtpspec::runner
