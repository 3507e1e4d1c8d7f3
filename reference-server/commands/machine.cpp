#include "commands/machine.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

namespace refserver::commands {

namespace {

/// For listeners, the log, the queue's connections and whatever libraries open.
constexpr std::uint64_t reserved_files = 256;
constexpr std::uint64_t ports = 3;  // incoming, outgoing, implicit TLS
/// A place on each port: socket and mail.
constexpr std::uint64_t files_for_each_place = ports * 2;
/// Input, output and the part of a mail that is kept in memory.
constexpr std::uint64_t memory_for_each_place = ports * std::uint64_t{256} * 1024;
constexpr std::uint64_t connections_for_each_core = 500;
constexpr std::uint64_t outbound_for_each_core = 10;

/// The whole number of a control group's file; `max` and no such file mean no limit.
std::uint64_t group_memory_limit() {
    std::ifstream file("/sys/fs/cgroup/memory.max");
    std::uint64_t limit = 0;
    return file >> limit ? limit : UINT64_MAX;
}

}  // namespace

Machine this_machine() {
    Machine machine;
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) machine.open_files = files.rlim_max;
    const auto pages = sysconf(_SC_PHYS_PAGES);
    const auto page_size = sysconf(_SC_PAGESIZE);
    machine.memory =
        std::min(static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_size), group_memory_limit());
    machine.cores = std::max(1U, std::thread::hardware_concurrency());
    return machine;
}

Generated max_connections_per_port(const Machine& machine) {
    const auto spare_files = machine.open_files - std::min(machine.open_files, reserved_files);
    const auto by_files = spare_files / files_for_each_place;
    const auto by_memory = machine.memory / 8 / memory_for_each_place;
    const auto by_cores = machine.cores * connections_for_each_core;
    const auto value = std::clamp<std::uint64_t>(std::min({by_files, by_memory, by_cores}), 10, 10000);
    return {value, "the least of " + std::to_string(by_files) + " for " + std::to_string(machine.open_files) +
                       " open files, " + std::to_string(by_memory) + " for an eighth of " +
                       std::to_string(machine.memory / (1024 * 1024)) + " MiB of memory and " +
                       std::to_string(by_cores) + " for " + std::to_string(machine.cores) +
                       " cores; at least 10, at most 10000"};
}

Generated max_outbound_connections(const Machine& machine) {
    const auto by_files = machine.open_files / 40;
    const auto by_cores = machine.cores * outbound_for_each_core;
    const auto value = std::clamp<std::uint64_t>(std::min(by_files, by_cores), 5, 100);
    return {value, "the least of " + std::to_string(by_files) + " for " + std::to_string(machine.open_files) +
                       " open files and " + std::to_string(by_cores) + " for " + std::to_string(machine.cores) +
                       " cores; at least 5, at most 100"};
}

}  // namespace refserver::commands
