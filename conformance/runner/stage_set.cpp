#include "runner/stage_set.h"

#include "runner/grading.h"
#include "runner/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <stdlib.h>
#include <unistd.h>

namespace smtpspec::runner {
namespace fs = std::filesystem;
namespace {

/// Servers sync every mail: in memory that costs a third less of a run. Containers often have 64 MiB there.
fs::path place_for_run_folders() {
    constexpr std::uintmax_t enough = std::uintmax_t{2} << 30;
    const fs::path memory = "/dev/shm";
    std::error_code none;
    const fs::space_info space = fs::space(memory, none);
    const bool chosen = std::getenv("TMPDIR") != nullptr;
    const bool usable = !none && space.available >= enough && ::access(memory.c_str(), W_OK | X_OK) == 0;
    return !chosen && usable ? memory : fs::temp_directory_path();
}

fs::path make_run_folder() {
    std::string name = (place_for_run_folders() / "smtpspec-XXXXXX").string();
    if (!::mkdtemp(name.data())) {
        throw std::runtime_error("cannot make a folder " + name + ": " + std::strerror(errno) +
                                 "; TMPDIR names another place");
    }
    // Servers under test may run as somebody else, and have to reach their folders below.
    fs::permissions(name, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                              fs::perms::others_read | fs::perms::others_exec);
    return name;
}

}  // namespace

StageSet::StageSet(const Catalogue& catalogue, const RunOptions& options)
    : catalogue_(catalogue),
      options_(options),
      start_policy_(std::chrono::milliseconds(static_cast<int>(10000 * options.timeout_scale))),
      folder_(make_run_folder()) {
    run_word_ = "m" + folder_.string().substr(folder_.string().size() - 6);
}

StageSet::~StageSet() {
    next_hop_.reset();
    if (!options_.keep_work) {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
}

client::NextHop& StageSet::next_hop() {
    const std::lock_guard lock(mutex_);
    if (!next_hop_) {
        next_hop_ = next_hop_of_its_own();
    }
    return *next_hop_;
}

std::unique_ptr<client::NextHop> StageSet::next_hop_of_its_own() const {
    const fs::path certificate = catalogue_.certificates() / "next-hop.pem";
    const fs::path key = catalogue_.certificates() / "next-hop-key.pem";
    // A catalogue of somebody's own may have no certificates: the next hop then offers no STARTTLS.
    return client::start_next_hop(fs::exists(certificate) ? client::NextHopOptions{certificate.string(), key.string()}
                                                          : client::NextHopOptions{});
}

fs::path StageSet::new_folder() {
    const std::lock_guard lock(mutex_);
    return folder_ / std::to_string(++folders_);
}

Result StageSet::blank(const SelectedCase& selected) {
    Result result;
    result.id = selected.scenario.id;
    result.title = selected.scenario.title;
    result.level = selected.level;
    result.citations = selected.scenario.cites;
    result.risk = selected.scenario.risk;
    return result;
}

client::Stage StageSet::blank_stage(const Job& job) const {
    client::Stage stage;
    stage.messages = catalogue_.messages();
    stage.segmentation = options_.segmentation;
    stage.channel = options_.channel;
    stage.timeout_scale = options_.timeout_scale;
    stage.cancelled = options_.cancelled;
    stage.names["marker"] = run_word_ + "-" + std::to_string(job.number);
    return stage;
}

Result StageSet::judged(const SelectedCase& selected, client::Played played) const {
    silence_policy_.observe(played);
    Result result = blank(selected);
    const Grade verdict = grade(played, selected.level, {options_.reference, options_.strict});
    result.status = verdict.status;
    result.skip = verdict.skip;
    result.reason = verdict.reason;
    result.duration = played.duration;
    result.transcript = std::move(played.transcript);
    if (played.at && result.status != Status::pass) {
        result.place = played.at->file + ":" + std::to_string(played.at->line);
    }
    return result;
}

void StageSet::saw_greeting(const std::string& line) {
    // "220 mail.example.org ESMTP Name 1.2": what follows the domain tells the software.
    const auto domain_end = line.find(' ', std::min<std::size_t>(line.size(), 4));
    const std::lock_guard lock(mutex_);
    if (target_version_.empty() && domain_end != std::string::npos) {
        target_version_ = neutralised(trimmed(line.substr(domain_end)));
    }
}

std::string StageSet::target_version() const {
    const std::lock_guard lock(mutex_);
    return target_version_;
}

}  // namespace smtpspec::runner
